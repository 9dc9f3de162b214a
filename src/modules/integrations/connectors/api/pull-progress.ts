import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../connector.js';
import type { PullSettings } from './pull-settings.js';

const watermark = z.union([z.string(), z.number()]).nullable();

/** How far a pass has come; null between two passes. */
const position = z.strictObject({
  place: z.union([z.string(), z.number()]).nullable(),
  pages: z.int(),
  total: z.int(),
  /** Of the keys of the page before: the same page again is no progress. */
  keys: z.string(),
  /** The last page was read, and nothing is left to do but to say so. */
  isDone: z.boolean(),
});

const progress = z.strictObject({
  /** Of the configuration under which it is good. */
  of: z.string(),
  /** The watermark at which the pass began; null when it reads everything. */
  since: watermark,
  /** The highest one that was seen. */
  seen: watermark,
  position: position.nullable(),
});

/** What the checkpoints of a pull hold. */
export type PullProgress = z.output<typeof progress>;
export type Position = z.output<typeof position>;

export const beginning: Position = { place: null, pages: 0, total: 0, keys: '', isDone: false };

/** Where to go on; from the beginning when the checkpoint was made under another configuration. */
export function progressFrom(checkpoint: Json, address: string, settings: PullSettings): PullProgress {
  const { pagination, recordsPath, keyField, watermark: mark } = settings;
  const facts = JSON.stringify([address, pagination, recordsPath, keyField, mark ?? null]);
  const of = createHash('sha256').update(facts).digest('base64url');
  const { data } = progress.safeParse(checkpoint);
  if (data?.of !== of) return { of, since: null, seen: null, position: null };
  return data;
}

export function digestOf(keys: string[]): string {
  return createHash('sha256').update(JSON.stringify(keys)).digest('base64url');
}
