import { isAnyEqual, messageCode } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';
import { timestampRefusal } from './timestamp-window.policy.js';

/**
 * `X-Slack-Signature: v0=<hex HMAC of v0:timestamp:body>`.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function verifySlack({ headers, body, now }: SignedRequest, keys: readonly string[]): Verdict {
  const given = headerOf(headers, 'x-slack-signature');
  if (given === undefined) return 'signature-missing';
  const timestamp = headerOf(headers, 'x-slack-request-timestamp');
  const refusal = timestampRefusal(timestamp, now);
  if (refusal !== null) return refusal;
  const expected = keys.map((key) => `v0=${messageCode(key, [`v0:${timestamp}:`, body])}`);
  return isAnyEqual(expected, [given]) ? 'verified' : 'signature-wrong';
}

/** The challenge by which Slack checks an address that is entered in an app's settings; undefined for anything else. */
export function slackChallengeOf(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { type, challenge } = content as { type?: unknown; challenge?: unknown };
  return type === 'url_verification' && typeof challenge === 'string' ? challenge : undefined;
}
