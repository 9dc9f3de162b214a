/** Where nobody said otherwise. */
export const defaultTimeZone = 'UTC';

/** Names only: offsets such as +01:00 know nothing of daylight saving time. */
const zoneName = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** @returns the IANA name as it is written, or null for what is no time zone */
export function canonicalTimeZone(name: string): string | null {
  if (!zoneName.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
