/** From least to most: each role may do what the ones before it may. */
export const roles = ['guest', 'student', 'instructor', 'admin'] as const;
export type Role = (typeof roles)[number];

export function isAtLeast(role: Role, minimum: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(minimum);
}
