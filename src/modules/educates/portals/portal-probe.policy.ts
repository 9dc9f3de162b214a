import type { FieldError } from '../../../platform/errors/app-error.js';
import type { FailureReason } from '../../../platform/http-client/failure-reason.js';
import { parsedJson } from '../client/parsed-json.js';
import { environmentCatalog, type EnvironmentCatalogBody } from '../client/training-portal.responses.js';
import { isWholeListing } from '../client/training-portal.transformers.js';
import { tokenAnswer, tokenRefusal } from '../tokens/robot-oauth.responses.js';

interface Answer {
  status: number;
  body: string;
}

const url = (message: string): FieldError => ({ field: 'url', message });

const connectionProblems: Partial<Record<FailureReason, FieldError>> = {
  'tls-failed': {
    field: 'certificateAuthority',
    message: "does not vouch for the portal's certificate; send the PEM of the authority that issued it",
  },
  'name-not-resolved': url('names a host that is not known; check its spelling'),
  'connection-refused': url(
    'leads to a machine where nothing listens on this port; check the port and whether the portal is up',
  ),
  timeout: url('leads to a machine that does not answer in time; check the address and whether the portal is up'),
  'protocol-violated': url('leads to something that does not speak HTTP; check the port'),
};

/** What to mend when there was no answer at all. */
export const connectionProblem = (reason: FailureReason): FieldError =>
  connectionProblems[reason] ?? url(`leads to a portal that cannot be reached (${reason})`);

/** What to mend when the portal gave no token for the robot's credentials; undefined when it did. */
export function tokenProblem({ status, body }: Answer): FieldError | undefined {
  const answer = parsedJson(body);
  if (status === 200) {
    return tokenAnswer.safeParse(answer).success ? undefined : url('is not the address of a training portal');
  }
  switch (tokenRefusal.safeParse(answer).data?.error) {
    case 'invalid_client':
      return {
        field: 'robot.clientSecret',
        message: 'is refused by the portal (invalid_client); check it and robot.clientId',
      };
    case 'invalid_grant':
      return {
        field: 'robot.password',
        message: 'is refused by the portal (invalid_grant); check it and robot.username',
      };
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return { field: 'robot.clientId', message: "may not log in with a password; use the portal's robot client" };
    case undefined:
    default:
      return addressProblem(status);
  }
}

/** What to mend when the catalogue with its sessions could not be read; otherwise the catalogue. */
export function readListing({ status, body }: Answer): { problem: FieldError } | { listing: EnvironmentCatalogBody } {
  const notRobot = {
    problem: {
      field: 'robot.username',
      message: "may not see sessions; use the portal's robot account (group robots)",
    },
  };
  if (status === 403) return notRobot;
  if (status !== 200) return { problem: addressProblem(status) };
  const { data } = environmentCatalog.safeParse(parsedJson(body));
  if (data === undefined) return { problem: url('answers with a catalogue that is not understood') };
  return isWholeListing(data) ? { listing: data } : notRobot;
}

function addressProblem(status: number): FieldError {
  if (status >= 300 && status < 400) return url('redirects elsewhere; use the address that it redirects to');
  if (status >= 500) return url(`leads to a portal that fails (it answered ${status}); try again when it is ready`);
  return url(`is not the address of a training portal (it answered ${status}); send its base URL`);
}
