/** The text of one event. Data is JSON, which has no line break. Source: HTML Standard, server-sent events, section 9.2.5. */
export function serverSentEvent(event: string, id: string, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Keeps proxies from closing a silent connection; clients ignore it. */
export const heartbeat = ': still here\n\n';

/** Asks the client to wait this long before it connects again. */
export const retryAfter = (milliseconds: number): string => `retry: ${milliseconds}\n\n`;
