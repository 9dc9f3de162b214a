import { z } from 'zod';
import { parsedJson } from './parsed-json.js';

/** What was asked of a portal; decides what a 404 or 400 means. */
export type PortalOperation = 'token' | 'catalog' | 'request' | 'session' | 'page';

/**
 * Why a portal did not do what was asked.
 *
 * - `unreachable`: no answer in time, or none at all
 * - `busy`: an error that passes by itself (a locked database, a gateway's time-out); trying again may help
 * - `token-refused`: the access token is missing, unknown, expired or revoked
 * - `misconfigured`: credentials or address are wrong, or the robot may not do it
 * - `environment-gone`, `session-gone`: there is none of that name (any more)
 * - `no-capacity`: the environment, the portal or the user is at a limit; the portal does not say which
 * - `cannot-reacquire`: the user has a session that was started on the portal's own pages
 * - `bad-parameters`: the portal refuses what the learner filled in
 * - `unexpected`: an answer that no documented rule explains
 */
export type PortalFailure =
  | 'unreachable'
  | 'busy'
  | 'token-refused'
  | 'misconfigured'
  | 'environment-gone'
  | 'session-gone'
  | 'no-capacity'
  | 'cannot-reacquire'
  | 'bad-parameters'
  | 'unexpected';

export interface PortalAnswer {
  status: number;
  body: string;
}

const parameterRefusals = new Set([
  'Invalid JSON request payload',
  'Malformed JSON request payload',
  'Invalid email address provided',
]);

/**
 * What an answer of the portal means; undefined when it is the success that was hoped for. Status alone does not tell: 403 is an
 * invalid token when the body is empty, an unknown environment or a missing right when it is not, and 503 has two causes.
 */
export function failureOf(operation: PortalOperation, { status, body }: PortalAnswer): PortalFailure | undefined {
  const text = body.trim();
  if (status === 200) return undefined;
  if (operation === 'token') return status >= 500 ? 'busy' : 'misconfigured';
  switch (status) {
    case 403:
      return forbidden(text);
    case 400:
      if (text === 'Session is not currently in use') return 'session-gone';
      return parameterRefusals.has(text) ? 'bad-parameters' : 'unexpected';
    case 404:
      return operation === 'session' ? 'session-gone' : 'misconfigured';
    case 301:
    case 302:
    case 307:
    case 308:
      return 'misconfigured';
    case 503:
      return unavailable(text);
    case 500:
    case 502:
    case 504:
      return 'busy';
    default:
      return 'unexpected';
  }
}

function forbidden(text: string): PortalFailure {
  if (text === '') return 'token-refused';
  if (text === 'Environment does not exist') return 'environment-gone';
  const isRobotMissing = /^(Session|Status) requests not permitted$/.test(text) || text.startsWith('Access to session');
  return isRobotMissing ? 'misconfigured' : 'unexpected';
}

const refusal = z.object({ error: z.string() });

function unavailable(text: string): PortalFailure {
  const error = refusal.safeParse(parsedJson(text)).data?.error;
  if (error === 'No session available') return 'no-capacity';
  return error === 'Cannot be reacquired' ? 'cannot-reacquire' : 'busy';
}
