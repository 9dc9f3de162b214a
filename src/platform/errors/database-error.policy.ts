/**
 * Which SQLSTATE classes are the caller's doing or a passing outage. Class 22 (data exception) means that a value from the
 * request has a form the column cannot take, such as U+0000 in text; class 08, 53 and 57 mean that Postgres is away or full.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function statusOfDatabaseError(thrown: unknown): 400 | 503 | undefined {
  const code = sqlStateOf(thrown);
  if (code === undefined) return undefined;
  if (code.startsWith('22')) return 400;
  if (/^(08|53|57P)/.test(code) || code === 'ECONNREFUSED' || code === 'ECONNRESET') return 503;
  return undefined;
}

/** The SQLSTATE (or socket error code) of an error of the Postgres driver, also when TypeORM has wrapped it. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const inner = (thrown as { driverError?: unknown }).driverError ?? thrown;
  const code = (inner as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}

export function isUniqueViolation(thrown: unknown, constraint?: string): boolean {
  if (sqlStateOf(thrown) !== '23505') return false;
  const inner = (thrown as { driverError?: { constraint?: string } }).driverError;
  return constraint === undefined || inner?.constraint === constraint;
}
