/** `none`: there is nothing to pull or to push; `idle`: it waits for its time, or for somebody, if it has none. */
export const syncStates = ['none', 'inactive', 'paused', 'idle', 'queued', 'running'] as const;
export type SyncState = (typeof syncStates)[number];
