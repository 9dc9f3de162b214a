/** `retrying` has failed and is tried again; `failed` has used up its attempts and can be replayed. */
export const requestStates = ['pending', 'retrying', 'failed', 'processed'] as const;
export type RequestState = (typeof requestStates)[number];

/** SQL: the state that is shown. */
export const shownState = `CASE
  WHEN request.processed_at IS NOT NULL THEN 'processed'
  WHEN request.failed_at IS NOT NULL THEN 'failed'
  WHEN request.attempt_count > 0 THEN 'retrying'
  ELSE 'pending' END`;

const isOpen = `request.processed_at IS NULL AND request.failed_at IS NULL`;

/** SQL: the same read backwards, as conditions that lead to an index. */
export const hasState: Record<RequestState, string> = {
  pending: `${isOpen} AND request.attempt_count = 0`,
  retrying: `${isOpen} AND request.attempt_count > 0`,
  failed: `request.processed_at IS NULL AND request.failed_at IS NOT NULL`,
  processed: `request.processed_at IS NOT NULL`,
};
