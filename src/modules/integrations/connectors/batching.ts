import { z } from 'zod';

/** How much goes out at once; members of the configuration of every kind of connector. */
export const batching = {
  /** Records or events in one request. */
  batchSize: z.int().min(1).max(10_000).optional(),
  /** Milliseconds between two batches. */
  batchDelay: z.int().min(0).max(60_000).optional(),
};
