/** The body of a webhook. There is no id and no signature. */
export interface WebhookMessage {
  portal: { name: string; url: string; uid?: string; generation?: number };
  event: {
    name: string;
    timestamp: string;
    user?: string | null;
    session?: string;
    environment?: string;
    workshop?: string;
    data: Record<string, unknown>;
  };
}
