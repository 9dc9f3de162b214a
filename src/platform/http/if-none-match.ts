/** Whether the caller already has what the ETag names; weak comparison, as RFC 9110 section 13.1.2 asks of If-None-Match. */
export function isNamedBy(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = withoutWeakness(etag);
  return ifNoneMatch.split(',').some((tag) => ['*', opaque].includes(withoutWeakness(tag.trim())));
}

const withoutWeakness = (tag: string) => tag.replace(/^W\//, '');
