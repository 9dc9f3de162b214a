const maxTimeMs = 2 ** 48 - 1;

/**
 * The smallest id of version 7 (RFC 9562 section 5.7) made at a time. Ids begin with their time in milliseconds, so a range of times is
 * a range of ids, which the primary key finds.
 */
export function firstIdAt(time: Date): string {
  const ms = Math.min(Math.max(0, Math.floor(time.getTime())), maxTimeMs);
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
