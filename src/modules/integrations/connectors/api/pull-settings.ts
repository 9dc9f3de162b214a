import { z } from 'zod';
import { jsonPath } from './json-path.js';

const parameter = z.string().regex(/^[\w.~[\]$-]{1,100}$/, 'must be the name of a query parameter');

const pageSize = {
  /** Says how many records a page may have, when `size` is given. */
  sizeParameter: parameter.default('limit'),
  size: z.int().min(1).max(100_000).optional(),
  /** Where the answer says whether there is more; without it a page without records is the last. */
  hasMorePath: jsonPath.optional(),
};

const counted = {
  ...pageSize,
  /** Where the answer says how many records there are in all. */
  totalPath: jsonPath.optional(),
};

const pagination = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('none') }),
  z.strictObject({
    style: z.literal('page'),
    parameter: parameter.default('page'),
    first: z.int().min(0).max(1).default(1),
    ...counted,
  }),
  z.strictObject({ style: z.literal('offset'), parameter: parameter.default('offset'), ...counted }),
  z.strictObject({
    style: z.literal('cursor'),
    parameter: parameter.default('cursor'),
    /** Where the answer has the cursor of the next page; absent, null or empty on the last. */
    path: jsonPath,
    ...pageSize,
  }),
  z.strictObject({
    style: z.literal('link'),
    /** Where the answer has the address of the next page; without it the `Link` header says it (RFC 8288). */
    path: jsonPath.optional(),
    ...pageSize,
  }),
]);

const watermark = z.strictObject({
  /** What grows when a record changes: a time, or a number. */
  field: jsonPath,
  /** Asks for records from a value of it on. */
  parameter,
  /** How it is sent; as it came when this is left out. */
  format: z.enum(['iso', 'date', 'unix-seconds', 'unix-milliseconds']).optional(),
  /**
   * How far before the highest known value a run begins, because what had the same value, or was saved late, would be missed:
   * seconds of a time (default 60), else a number (default 1).
   */
  overlap: z.int().min(0).max(31_536_000).optional(),
});

export const pullSettings = z.strictObject({
  pagination: pagination.default({ style: 'link', sizeParameter: 'limit' }),
  /** Where the records stand in an answer; the answer itself is the list when this is left out. */
  recordsPath: jsonPath.default('$'),
  /** What a record is known by; several fields together where one does not do. */
  keyField: z.union([jsonPath, z.array(jsonPath).min(1).max(8)]).default('id'),
  /** Without it each run reads everything, and what is not there any more counts as deleted. */
  watermark: watermark.optional(),
  /** What says that a record is deleted: true, a time, or anything but false, null, 0 and empty text. */
  deletedField: jsonPath.optional(),
  /** A run that has not come to the end after so many pages fails. */
  maxPages: z.int().min(1).max(1_000_000).default(100_000),
  /** Bytes of one answer, decompressed; more is not read. */
  maxPageBytes: z.int().min(1024).max(67_108_864).default(33_554_432),
});

export type PullSettings = z.output<typeof pullSettings>;
export type Pagination = PullSettings['pagination'];
export type WatermarkSettings = z.output<typeof watermark>;
