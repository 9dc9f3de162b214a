export const minPasswordChars = 8;
export const maxPasswordChars = 128;

/**
 * A password as it is hashed: Unicode NFC, so that the same characters typed on another system are the same password (RFC 8265
 * section 4.2.2). Nothing is trimmed or folded.
 */
export const normalizePassword = (password: string): string => password.normalize('NFC');

/**
 * Whether a normalised password may be chosen: 8 to 128 characters (code points), without rules of composition (NIST SP 800-63B
 * section 5.1.1.2). Lone surrogates are no characters and would all hash alike.
 */
export function isAcceptablePassword(password: string): boolean {
  const { length } = [...password];
  return length >= minPasswordChars && length <= maxPasswordChars && !/\p{Surrogate}/u.test(password);
}
