/** The beginning of a body as text that Postgres can store: U+0000, which it cannot, becomes U+FFFD. */
export function textExcerpt(body: Buffer, maxBytes: number): string {
  return body.subarray(0, maxBytes).toString('utf8').replaceAll('\0', '\uFFFD');
}
