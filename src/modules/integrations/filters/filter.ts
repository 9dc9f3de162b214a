/** A value that operators compare with. */
export type Scalar = string | number | boolean | null;

/** One or several conditions on the value at a path; all of them must hold. */
export interface Condition {
  path: string;
  eq?: Scalar;
  ne?: Scalar;
  gt?: string | number;
  gte?: string | number;
  lt?: string | number;
  lte?: string | number;
  in?: Scalar[];
  exists?: boolean;
  startsWith?: string;
}

/** Which documents pass, as data: events for a webhook, received requests for a rule of an incoming source. */
export type Filter = Condition | { and: Filter[] } | { or: Filter[] } | { not: Filter };

export const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'exists', 'startsWith'] as const;
export type Operator = (typeof operators)[number];

/** What filters and mappings of a webhook see of an event: what is delivered. */
export const eventRoots = ['id', 'event', 'timestamp', 'data'];
