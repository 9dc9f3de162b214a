/** What a request says in its headers of how it wants to be run. */
export interface RunPreferences {
  /** `Prefer: respond-async` (RFC 7240 section 4.1): answer at once, the result can be fetched later. */
  isAsync: boolean;
  /** `Cache-Control: no-cache` (RFC 9111 section 5.2.1.4): no result of an earlier run. */
  isFresh: boolean;
}

export function runPreferencesOf(headers: Record<string, string | string[] | undefined>): RunPreferences {
  return {
    isAsync: has(headers['prefer'], 'respond-async'),
    isFresh: has(headers['cache-control'], 'no-cache'),
  };
}

/** Whether a comma-separated header has this token; parameters and letter case do not count, and what is not known is ignored. */
function has(header: string | string[] | undefined, token: string): boolean {
  return [header ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .some((item) => item.split(';', 1)[0]?.trim().toLowerCase() === token);
}
