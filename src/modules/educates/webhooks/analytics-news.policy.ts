import { z } from 'zod';
import type { SessionProgress } from '../sessions/session-state.js';
import type { Happening } from '../sessions/session-state.policy.js';
import type { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';
import type { SessionEvent } from './analytics-message.js';

/** What an event tells of a session. */
export interface News {
  happening?: Happening;
  progress?: SessionProgress;
}

/** Sent from inside the workshop, so somebody is there. */
const signsOfLife = /^(Workshop\/(Load|Start|First|View|Last|Finish)|Action\/|Terminal\/)/;

const page = z.object({
  current_page: z.string().max(500).nullish().catch(null),
  page_number: z.int().min(0).max(100_000).nullish().catch(null),
  pages_total: z.int().min(0).max(100_000).nullish().catch(null),
});

/**
 * What to make of an event. Events come without order, twice or never, so each only moves a session on, and nothing is concluded from
 * one of another session: one of ours can get another one on the portal when it is requested anew.
 */
export function newsOf(event: SessionEvent, session: Readonly<WorkshopSessionEntity>): News {
  if (event.sessionName === null || event.sessionName !== session.sessionName) return {};
  const since = new Date(event.occurredAt);
  if (signsOfLife.test(event.name)) {
    const progress = progressOf(event, session);
    return { happening: { kind: 'active', since }, ...(progress !== undefined && { progress }) };
  }
  switch (event.name) {
    case 'Session/Started':
      // Also sent when a session is made. Nobody can have come whom we had not sent there.
      return session.launchedAt === null || since < session.launchedAt ? {} : { happening: { kind: 'active', since } };
    case 'Session/Stopping':
      return { happening: { kind: 'ending', reason: 'deleted' } };
    case 'Session/Expired':
      // Also said of a session that nobody came to.
      return { happening: { kind: 'ending', reason: session.startedAt === null ? 'not-activated' : 'expired' } };
    case 'Session/Orphaned':
    case 'Session/Inactive':
      return { happening: { kind: 'ending', reason: 'idle' } };
    case 'Session/Vanished':
      return { happening: { kind: 'ending', reason: 'vanished' } };
    case 'Session/Deleted':
      // What says why may still be on its way; the next check concludes then.
      return { happening: { kind: hasReason(session) ? 'gone' : 'ending', reason: 'gone' } };
    default:
      return {};
  }
}

const hasReason = ({ state, endReason }: Readonly<WorkshopSessionEntity>): boolean =>
  state === 'stopping' && endReason !== 'gone';

/** Undefined when the event is not about pages, or older than what is known. */
function progressOf(event: SessionEvent, session: Readonly<WorkshopSessionEntity>): SessionProgress | undefined {
  const { progress, progressAt } = session;
  const isFinish = event.name === 'Workshop/Finish';
  const facts = page.parse(event.data);
  const hasPage = facts.page_number !== null && facts.page_number !== undefined;
  if (!event.name.startsWith('Workshop/') || !(hasPage || isFinish)) return undefined;
  if (progressAt !== null && new Date(event.occurredAt) < progressAt) return undefined;
  return {
    page: facts.current_page ?? progress?.page ?? null,
    pageNumber: facts.page_number ?? progress?.pageNumber ?? null,
    pagesTotal: facts.pages_total ?? progress?.pagesTotal ?? null,
    isFinished: isFinish || progress?.isFinished === true,
  };
}
