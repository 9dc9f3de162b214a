import { Injectable, Logger } from '@nestjs/common';
import type { OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import { parsedJson } from '../client/parsed-json.js';
import { PortalError } from '../client/portal-error.js';
import { failureOf } from '../client/portal-failure.policy.js';
import type { PortalRequest } from '../client/portal-request.js';
import { PortalTransport } from '../client/portal-transport.js';
import type { Portal, RobotCredentials } from '../portals/portal.js';
import { tokenAnswer, tokenRefusal } from './robot-oauth.responses.js';

/** The portal hashes two passwords for each login. */
const timeoutMs = 20_000;
/** Nobody waits for the end of a token as for the beginning of one. */
const revokeTimeoutMs = 5000;

export interface RobotTokens {
  accessToken: string;
  refreshToken: string;
  lifetimeMs: number;
}

/** A refusal that says why, in the words of RFC 6749 (`invalid_grant`, `invalid_client` …). */
export class TokenRefused extends PortalError {
  constructor(
    portal: string,
    readonly reason: string,
  ) {
    super(portal, 'misconfigured');
  }
}

/** Gets tokens for a portal's robot. The password grant is the only way in that a portal has. */
@Injectable()
export class RobotOauthClient {
  private readonly logger = new Logger(RobotOauthClient.name);

  constructor(private readonly transport: PortalTransport) {}

  /** @throws TokenRefused, or PortalError `unreachable`, `busy` or `unexpected` */
  async login(portal: Portal): Promise<RobotTokens> {
    const { username, password } = robotOf(portal);
    return this.askForTokens(portal, { grant_type: 'password', username, password });
  }

  /**
   * Trades a refresh token for new tokens. The old access token dies with it at once.
   *
   * @throws TokenRefused, or PortalError `unreachable`, `busy` or `unexpected`
   */
  refresh(portal: Portal, refreshToken: string): Promise<RobotTokens> {
    return this.askForTokens(portal, { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** Ends a refresh token, and with it its access token. Never fails: a portal that is gone has no tokens either. */
  async revoke(portal: Portal, refreshToken: string): Promise<void> {
    try {
      const fields = { token: refreshToken, token_type_hint: 'refresh_token' };
      const request = formRequest(robotOf(portal), '/oauth2/revoke-token/', fields);
      const { status } = await this.transport.exchange(portal, { ...request, timeoutMs: revokeTimeoutMs });
      if (status !== 200) this.logger.warn(`The portal ${portal.name} answered ${status} to the end of a token`);
    } catch (error) {
      this.logger.warn(`A token of the portal ${portal.name} could not be ended: ${(error as Error).message}`);
    }
  }

  private async askForTokens(portal: Portal, fields: Record<string, string>): Promise<RobotTokens> {
    const response = await this.transport.send(portal, tokenRequest(robotOf(portal), fields));
    return read(portal, response);
  }
}

/** What asks a portal for tokens. */
export const tokenRequest = (robot: RobotCredentials, fields: Record<string, string>): PortalRequest =>
  formRequest(robot, '/oauth2/token/', fields);

function formRequest(robot: RobotCredentials, path: string, fields: Record<string, string>): PortalRequest {
  const { clientId, clientSecret } = robot;
  const form = new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret });
  return {
    operation: 'token',
    method: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
    timeoutMs,
  };
}

/** @throws TokenRefused when nobody can open what was stored */
function robotOf({ name, robot }: Portal): RobotCredentials {
  if (robot === null) throw new TokenRefused(name, 'no ENCRYPTION_KEY opens them');
  return robot;
}

function read(portal: Portal, { status, body }: OutboundResponse): RobotTokens {
  const failure = failureOf('token', { status, body: body.toString() });
  const answer = parsedJson(body.toString());
  if (failure === 'misconfigured') {
    throw new TokenRefused(portal.name, tokenRefusal.safeParse(answer).data?.error ?? `status ${status}`);
  }
  if (failure !== undefined) throw new PortalError(portal.name, failure);
  const tokens = tokenAnswer.safeParse(answer);
  // Not the parser's error as a cause: it could quote what it read.
  if (!tokens.success) throw new PortalError(portal.name, 'unexpected');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: lifetimeSeconds } = tokens.data;
  return { accessToken, refreshToken, lifetimeMs: lifetimeSeconds * 1000 };
}
