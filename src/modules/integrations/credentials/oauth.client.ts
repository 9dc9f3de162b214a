import { Injectable } from '@nestjs/common';
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  clientCredentialsGrantRequest,
  ClientSecretPost,
  customFetch,
  None,
  OperationProcessingError,
  processGenericTokenEndpointResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  ResponseBodyError,
  revocationRequest,
  UnsupportedOperationError,
  validateAuthResponse,
  WWWAuthenticateChallengeError,
  type AuthorizationServer,
  type ClientAuth,
} from 'oauth4webapi';
import { AppError } from '../../../platform/errors/app-error.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import type { OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import type { OauthGrant } from './oauth-grant.policy.js';
import type { ReceivedTokens } from './oauth-tokens.repository.js';
import { refreshAfterMs } from './token-lifetime.policy.js';

/** Of one call to an authorization server. */
export const oauthTimeoutMs = 15_000;
const maxAnswerBytes = 262_144;

/** Errors of RFC 6749 section 5.2 that say that what we have is not good, and will not become good by itself. */
const refusals = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client', 'access_denied']);

/** Why there are no tokens. Never quotes what a server said beyond its error code: it may repeat what was sent. */
export class OauthFailure extends Error {
  override readonly name = 'OauthFailure';

  constructor(
    message: string,
    /** Whether the credentials themselves are refused. */
    readonly isRefusal: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Speaks OAuth 2 with authorization servers; every request goes out like all that came through the API. */
@Injectable()
export class OauthClient {
  constructor(private readonly http: HttpClient) {}

  /** @throws OauthFailure */
  clientCredentials(grant: OauthGrant): Promise<ReceivedTokens> {
    return this.ask(grant, () =>
      clientCredentialsGrantRequest(serverOf(grant), clientOf(grant), authOf(grant), wishesOf(grant), this.options),
    );
  }

  /** @throws OauthFailure */
  refresh(grant: OauthGrant, refreshToken: string): Promise<ReceivedTokens> {
    // After an authorization the scope is what was granted, which a request for more would only put at risk.
    const wishes = grant.grantType === 'refresh_token' ? wishesOf(grant) : {};
    return this.ask(grant, () =>
      refreshTokenGrantRequest(serverOf(grant), clientOf(grant), authOf(grant), refreshToken, {
        ...this.options,
        additionalParameters: wishes,
      }),
    );
  }

  /** Where a browser begins (RFC 6749 section 4.1.1, RFC 7636). */
  async authorizationUrl(
    grant: OauthGrant,
    { state, codeVerifier, redirectUri }: { state: string; codeVerifier: string; redirectUri: string },
  ): Promise<string> {
    const url = new URL(grant.authorizationUrl ?? '');
    const parameters = {
      ...wishesOf(grant),
      response_type: 'code',
      client_id: grant.clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /**
   * Trades the answer that a browser brought for tokens.
   *
   * @throws OauthFailure
   */
  async exchange(
    grant: OauthGrant,
    answer: URLSearchParams,
    { state, codeVerifier, redirectUri }: { state: string; codeVerifier: string; redirectUri: string },
  ): Promise<ReceivedTokens> {
    const issuer = answer.get('iss');
    if (issuer !== null && !isIssuerOf(grant, issuer)) {
      const message =
        'the answer is of another authorization server than authConfig.authorizationUrl; set authConfig.issuer if that is right';
      throw new OauthFailure(message, false);
    }
    const server = serverOf(grant, issuer);
    return this.ask(grant, () => {
      const client = clientOf(grant);
      const checked = validateAuthResponse(server, client, answer, state);
      const { options } = this;
      return authorizationCodeGrantRequest(server, client, authOf(grant), checked, redirectUri, codeVerifier, options);
    });
  }

  /** Ends a token over there (RFC 7009). @throws OauthFailure */
  async revoke(grant: OauthGrant, token: string): Promise<void> {
    try {
      const answer = await revocationRequest(serverOf(grant), clientOf(grant), authOf(grant), token, this.options);
      await processRevocationResponse(answer);
    } catch (error) {
      throw failureOf(error, grant.revocationUrl ?? '');
    }
  }

  private async ask(grant: OauthGrant, request: () => Promise<Response>): Promise<ReceivedTokens> {
    try {
      const answer = await withoutIdToken(await request());
      return receivedOf(await processGenericTokenEndpointResponse(serverOf(grant), clientOf(grant), answer));
    } catch (error) {
      throw failureOf(error, grant.tokenUrl);
    }
  }

  private readonly send = async (
    url: string,
    { method, headers, body }: { method: 'POST'; headers: Record<string, string>; body: URLSearchParams },
  ): Promise<Response> => {
    const answer = await this.http.request({
      method,
      url,
      headers,
      body: body.toString(),
      trust: 'caller',
      timeoutMs: oauthTimeoutMs,
      maxResponseBytes: maxAnswerBytes,
      // A token is asked for when it is due, whatever the address has done before.
      hasCircuitBreaker: false,
    });
    return toResponse(answer);
  };

  // The guard of the HTTP client decides about plain http.
  private readonly options = { [customFetch]: this.send, [allowInsecureRequests]: true };
}

function serverOf(grant: OauthGrant, givenIssuer: string | null = null): AuthorizationServer {
  return {
    issuer: grant.issuer ?? givenIssuer ?? new URL(grant.tokenUrl).origin,
    token_endpoint: grant.tokenUrl,
    ...(grant.revocationUrl !== undefined && { revocation_endpoint: grant.revocationUrl }),
  };
}

/** Another server's answer must not be traded here: its code would go to whom it is not meant for (RFC 9207, RFC 9700 section 4.4). */
function isIssuerOf({ issuer, authorizationUrl = '' }: OauthGrant, given: string): boolean {
  if (issuer !== undefined) return given === issuer;
  return (
    URL.canParse(given) && URL.canParse(authorizationUrl) && new URL(given).origin === new URL(authorizationUrl).origin
  );
}

function clientOf({ clientId }: OauthGrant): { client_id: string } {
  return { client_id: clientId };
}

function authOf({ clientSecret, clientAuthentication }: OauthGrant): ClientAuth {
  if (clientSecret === undefined) return None();
  return clientAuthentication === 'post' ? ClientSecretPost(clientSecret) : basicAuth(clientSecret);
}

/**
 * Encoded as RFC 6749 section 2.3.1 wants it, but no more than needed: many servers do not decode it, and with the library's way
 * would not know a secret that has a hyphen.
 */
function basicAuth(clientSecret: string): ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    const pair = [client_id, clientSecret].map(encodeURIComponent).join(':');
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  };
}

function wishesOf({ scope, audience }: OauthGrant): Record<string, string> {
  return { ...(scope !== undefined && { scope }), ...(audience !== undefined && { audience }) };
}

function toResponse({ status, headers, body }: OutboundResponse): Response {
  const texts = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string');
  // The library looks no further than at a challenge, although the error stands in the body.
  const isJson = headers['content-type']?.includes('json') === true;
  const shown = isJson ? texts.filter(([name]) => name !== 'www-authenticate') : texts;
  const isBodiless = status === 204 || status === 205 || status === 304;
  return new Response(isBodiless ? null : new Uint8Array(body), { status, headers: shown });
}

/** Who the admin is over there is not asked for here, and an unknown issuer could not be checked. */
async function withoutIdToken(answer: Response): Promise<Response> {
  if (answer.status !== 200) return answer;
  const text = await answer.text();
  try {
    const { id_token: _, ...members } = JSON.parse(text) as Record<string, unknown>;
    return new Response(JSON.stringify(members), { status: 200, headers: { 'content-type': 'application/json' } });
  } catch {
    return new Response(text, { status: 200, headers: answer.headers });
  }
}

function receivedOf(answer: Record<string, unknown>): ReceivedTokens {
  const { access_token, refresh_token, scope, expires_in } = answer;
  const lifetimeMs = milliseconds(expires_in);
  return {
    accessToken: String(access_token),
    refreshToken: typeof refresh_token === 'string' && refresh_token !== '' ? refresh_token : undefined,
    scope: typeof scope === 'string' ? scope.slice(0, 4096) : undefined,
    lifetimeMs,
    refreshAfterMs: lifetimeMs === undefined ? undefined : refreshAfterMs(lifetimeMs, Math.random()),
    // As Keycloak, and GitHub or Microsoft call it.
    refreshTokenLifetimeMs: milliseconds(answer['refresh_expires_in'] ?? answer['refresh_token_expires_in']),
  };
}

const maxSeconds = 10 * 366 * 86_400;

function milliseconds(seconds: unknown): number | undefined {
  const number = Number(seconds);
  return Number.isFinite(number) && number > 0 ? Math.min(number, maxSeconds) * 1000 : undefined;
}

function failureOf(error: unknown, url: string): OauthFailure {
  const host = URL.canParse(url) ? new URL(url).host : 'the authorization server';
  if (error instanceof OauthFailure) return error;
  if (error instanceof AppError) return new OauthFailure(error.message, false, { cause: error });
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    const code = /^[a-z_]{1,64}$/.test(error.error) ? error.error : 'an error of its own';
    return new OauthFailure(`${host} answered ${code}`, refusals.has(error.error), { cause: codeOf(error) });
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    const isRefusal = error.status === 401;
    return new OauthFailure(`${host} refuses the client (status ${error.status})`, isRefusal, { cause: codeOf(error) });
  }
  if (error instanceof OperationProcessingError || error instanceof UnsupportedOperationError) {
    return new OauthFailure(`${host} answered what is no answer of an OAuth 2 server`, false, { cause: codeOf(error) });
  }
  return new OauthFailure(`${host} could not be asked for tokens`, false, { cause: codeOf(error) });
}

/** Errors of the library carry whole answers, tokens among them, which do not belong into a log. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
