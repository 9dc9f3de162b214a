/**
 * - `waiting`: all places are taken, and it stands in the waiting list
 * - `requested`: a portal is being asked, or its answer was lost
 * - `pending`: there is a session, and it waits for its learner until `activateBy`
 * - `running`: the learner is in
 * - `stopping`: it is to end, or is ending
 * - `ended`: there is none any more
 * - `failed`: none came of it
 */
export const sessionStates = ['waiting', 'requested', 'pending', 'running', 'stopping', 'ended', 'failed'] as const;
export type SessionState = (typeof sessionStates)[number];

/** There can be one of them for a person and a workshop. */
export const liveStates: readonly SessionState[] = ['waiting', 'requested', 'pending', 'running'];

/** The portal may still hold something for them. */
export const unsettledStates: readonly SessionState[] = ['requested', 'pending', 'running', 'stopping'];

/** There is nothing more to come. */
export const settledStates: readonly SessionState[] = ['ended', 'failed'];

/**
 * - `terminated`: asked for here; `deleted`: ended on the portal
 * - `expired`: its time was over; `not-activated`: nobody came in time; `idle`: nobody was there any more
 * - `vanished`, `portal-redeployed`, `portal-removed`: lost with what it stood on
 * - `gone`: the portal has it no more, and did not say why
 * - `wait-over`: no place became free while its learner wanted to wait
 * - `refused`: no portal gave one; `unanswered`: no portal said whether it gave one
 */
export const endReasons = [
  'terminated',
  'deleted',
  'expired',
  'not-activated',
  'idle',
  'vanished',
  'portal-redeployed',
  'portal-removed',
  'gone',
  'wait-over',
  'refused',
  'unanswered',
] as const;
export type EndReason = (typeof endReasons)[number];

/** How far the learner has come, as the workshop's pages report it. */
export interface SessionProgress {
  page: string | null;
  pageNumber: number | null;
  pagesTotal: number | null;
  isFinished: boolean;
}
