/** Visible ASCII (RFC 5234 VCHAR). Two headers are joined by a comma and a space, and so are refused. */
const validKey = /^[\x21-\x7e]{1,255}$/;

/**
 * The key in the header, undefined when there is no good one. The draft has it as a quoted string (RFC 8941 section 3.3.3); most
 * clients send it bare, so both are taken.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function parseIdempotencyKey(header: string | string[]): string | undefined {
  if (typeof header !== 'string') return undefined;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  return validKey.test(key) ? key : undefined;
}
