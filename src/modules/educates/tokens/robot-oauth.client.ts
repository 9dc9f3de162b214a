import { Injectable } from '@nestjs/common';
import type { OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import { parsedJson } from '../client/parsed-json.js';
import { PortalError } from '../client/portal-error.js';
import { failureOf } from '../client/portal-failure.policy.js';
import { PortalTransport } from '../client/portal-transport.js';
import type { Portal } from '../portals/portal.js';
import { tokenAnswer, tokenRefusal } from './robot-oauth.responses.js';

/** The portal hashes two passwords for each login. */
const timeoutMs = 20_000;

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
  constructor(private readonly transport: PortalTransport) {}

  /** @throws TokenRefused, or PortalError `unreachable`, `busy` or `unexpected` */
  login(portal: Portal): Promise<RobotTokens> {
    const { username, password } = portal.robot;
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

  private async askForTokens(portal: Portal, fields: Record<string, string>): Promise<RobotTokens> {
    const { clientId, clientSecret } = portal.robot;
    const form = new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret });
    const response = await this.transport.send(portal, {
      operation: 'token',
      method: 'POST',
      path: '/oauth2/token/',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      timeoutMs,
    });
    return read(portal, response);
  }
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
