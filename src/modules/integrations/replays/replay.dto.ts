/** States whose deliveries can be sent again by range. */
export const replayableStates = ['delivered', 'exhausted', 'cancelled', 'failed', 'held'] as const;
export type ReplayableState = (typeof replayableStates)[number];
