import { isAnyEqual } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';
import { isStandardKey, verifyStandardWebhooks } from './standard-webhooks.policy.js';

/**
 * Keys of the form `whsec_…` are signing tokens and verify as Standard Webhooks; other keys are secret tokens, which GitLab sends as
 * they are in `X-Gitlab-Token`. A request that is signed must be signed well, whatever token it also has.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/
 */
export function verifyGitlab(request: SignedRequest, keys: readonly string[]): Verdict {
  const signingKeys = keys.filter(isStandardKey);
  const isSigned = headerOf(request.headers, 'webhook-signature') !== undefined;
  if (isSigned && signingKeys.length > 0) return verifyStandardWebhooks(request, signingKeys);
  const token = headerOf(request.headers, 'x-gitlab-token');
  if (token === undefined) return 'signature-missing';
  const tokens = keys.filter((key) => !isStandardKey(key));
  return isAnyEqual(tokens, [token]) ? 'verified' : 'signature-wrong';
}
