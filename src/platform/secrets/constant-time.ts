import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares two secrets in time that depends on neither their content nor where they differ. */
export function isEqualInConstantTime(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
