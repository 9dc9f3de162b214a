import type { Account } from './account.policy.js';

/** Whether we may run programs as somebody else, and have to: PostgreSQL refuses to run as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Whether the account is the one that we run as ourselves. */
export function isOwn(account: Account): boolean {
  return account.uid === process.getuid?.();
}
