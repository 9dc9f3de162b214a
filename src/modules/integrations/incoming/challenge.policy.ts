import { isAnyEqual } from './schemes/message-code.policy.js';

/** What providers put into the query of their check. */
export interface ChallengeQuery {
  challenge?: unknown;
  'hub.challenge'?: unknown;
  'hub.verify_token'?: unknown;
}

/** Text that no reader takes for markup; the answer is plain text all the same. */
const safeChallenge = /^[\w.~+/=-]{1,500}$/;

/** What to answer the check of an address with; undefined when it is none, or not by somebody who knows a key. */
export function challengeOf(kind: string, query: ChallengeQuery, keys: readonly string[]): string | undefined {
  const challenge = kind === 'hub' ? query['hub.challenge'] : kind === 'echo' ? query.challenge : undefined;
  if (typeof challenge !== 'string' || !safeChallenge.test(challenge)) return undefined;
  if (kind === 'echo') return challenge;
  const token = query['hub.verify_token'];
  return typeof token === 'string' && isAnyEqual(keys, [token]) ? challenge : undefined;
}
