import type { Filter } from '../filters/filter.js';

/** Which events a webhook gets, and what it gets of them. Null: all of them, everything. */
export interface WebhookContent {
  filter: Filter | null;
  /** Members of the data to keep, such as `data.studentId`; none keeps nothing. */
  fields: string[] | null;
  /** A `Mapping` that makes the body; it sees what `fields` keeps. */
  mapping: object | null;
}
