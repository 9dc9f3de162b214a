import { z } from 'zod';
import { sessionStates } from '../sessions/session-state.js';
import type { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';

const time = z.iso.datetime().nullable();

/** A session as an agent sees it. */
export const sessionOutput = z.object({
  id: z.uuid(),
  workshop: z.string().describe('Its name in the catalogue'),
  title: z.string(),
  portal: z.string(),
  state: z.enum(sessionStates),
  launchUrl: z
    .url()
    .nullable()
    .describe('For the user’s browser, to enter the session; works once and for five minutes. Never open it yourself'),
  activateBy: time.describe('When the place is taken back unless the user has come'),
  startedAt: time,
  expiresAt: time,
  endReason: z.string().nullable(),
});

/** @param launchUrl null when there is nothing to launch */
export function toSessionOutput(
  session: WorkshopSessionEntity,
  launchUrl: string | null,
): z.output<typeof sessionOutput> {
  const { id, workshop, title, portal, state, endReason } = session;
  return {
    id,
    workshop,
    title,
    portal,
    state,
    launchUrl,
    activateBy: session.activateBy?.toISOString() ?? null,
    startedAt: session.startedAt?.toISOString() ?? null,
    expiresAt: session.expiresAt?.toISOString() ?? null,
    endReason,
  };
}
