import { z } from 'zod';
import { AppError } from '../../../platform/errors/app-error.js';

/** Larger data of an event is not kept, in characters of JSON. */
const maxDataChars = 16_384;

/** What a portal posts of a session, as far as we use it. The user may be null, and is not looked at anyway. */
const analyticsMessage = z.object({
  event: z.object({
    name: z.string().min(1).max(100),
    timestamp: z.iso.datetime({ offset: true }),
    session: z.string().max(255).nullish(),
    data: z.record(z.string(), z.unknown()).nullish(),
  }),
});

export interface SessionEvent {
  name: string;
  /** With the portal's microseconds, which tell one event from the next. */
  occurredAt: string;
  sessionName: string | null;
  data: Record<string, unknown>;
}

/** @throws AppError `educates.webhook-malformed` */
export function readAnalyticsMessage(body: unknown): SessionEvent {
  const parsed = analyticsMessage.safeParse(body);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    throw new AppError('bad-request', 'educates.webhook-malformed', 'This is not an analytics event of a session', {
      details: { errors },
    });
  }
  const { name, timestamp, session, data } = parsed.data.event;
  const isKept = data !== null && data !== undefined && JSON.stringify(data).length <= maxDataChars;
  return { name, occurredAt: timestamp, sessionName: session ?? null, data: isKept ? data : {} };
}
