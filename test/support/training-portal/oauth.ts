import { timingSafeEqual } from 'node:crypto';
import type { PortalContext } from './context.js';
import type { Caller, PortalRequest, Reply, Route } from './http.js';
import { empty, json, Refusal, serverError } from './http.js';
import type { TokenPair } from './token-store.js';
import { accessTokenSeconds } from './token-store.js';

/** The two OAuth2 endpoints that a robot uses. The client is public: its secret may be left out, but must not be wrong. */
export function oauthRoutes(portal: PortalContext): Route[] {
  const route = { methods: ['POST'], isProtected: false, isCsrfExempt: true, isLocked: false };
  return [
    { ...route, operation: 'token', path: /^\/oauth2\/token\/$/, handle: (request) => token(portal, request) },
    { ...route, operation: 'revoke', path: /^\/oauth2\/revoke-token\/$/, handle: (request) => revoke(portal, request) },
  ];
}

/** The caller behind the request's token; null when there is none, or it is unknown, expired or revoked. */
export function authenticate(portal: PortalContext, request: Omit<PortalRequest, 'caller'>): Caller | null {
  const header = request.headers.authorization;
  const value = header === undefined ? tokenParameter(request) : /^bearer\s+(\S+)\s*$/i.exec(header)?.[1];
  const username = value && portal.tokens.usernameOf(value, portal.clock.now());
  if (!username) return null;
  // Only the header makes somebody of the caller; a token in a parameter passes, but belongs to nobody.
  return { user: header?.startsWith('Bearer') ? (portal.state.users.get(username) ?? null) : null };
}

function tokenParameter(request: Omit<PortalRequest, 'caller'>): string | undefined {
  return request.query.get('access_token') ?? formOf(request).get('access_token') ?? undefined;
}

function token(portal: PortalContext, request: PortalRequest): Reply {
  const form = formOf(request);
  switch (form.get('grant_type') ?? '') {
    case 'password':
      return passwordGrant(portal, request, form);
    case 'refresh_token':
      return refreshGrant(portal, request, form);
    case 'client_credentials':
      return oauthError(400, 'unauthorized_client');
    default:
      return oauthError(400, 'unsupported_grant_type');
  }
}

function passwordGrant(portal: PortalContext, request: PortalRequest, form: URLSearchParams): Reply {
  verifyClient(portal, request, form);
  for (const name of ['username', 'password']) {
    if (!form.get(name)) return oauthError(400, 'invalid_request', `Request is missing ${name} parameter.`);
  }
  const user = portal.state.users.get(form.get('username') ?? '');
  if (!user?.password || !isSame(user.password, form.get('password') ?? '')) {
    return oauthError(400, 'invalid_grant', 'Invalid credentials given.');
  }
  return tokenReply(portal.tokens.issue(user.username, portal.clock.now()));
}

function refreshGrant(portal: PortalContext, request: PortalRequest, form: URLSearchParams): Reply {
  const refreshToken = form.get('refresh_token');
  if (refreshToken === null) return oauthError(400, 'invalid_request', 'Missing refresh token parameter.');
  verifyClient(portal, request, form);
  const tokens = portal.tokens.refresh(refreshToken, portal.clock.now());
  if (tokens === 'unknown') return oauthError(400, 'invalid_grant');
  return tokens === 'orphaned' ? serverError() : tokenReply(tokens);
}

/** 200 for unknown tokens too (RFC 7009 section 2.2). */
function revoke(portal: PortalContext, request: PortalRequest): Reply {
  const form = formOf(request);
  const value = form.get('token');
  if (!value) return oauthError(400, 'invalid_request', 'Missing token parameter.');
  verifyClient(portal, request, form);
  portal.tokens.revoke(value);
  return empty(200);
}

function verifyClient(portal: PortalContext, request: PortalRequest, form: URLSearchParams): void {
  const { clientId, clientSecret } = portal.settings.credentials;
  const basic = basicCredentials(request.headers.authorization);
  const isRightByHeader = basic !== null && basic.id === clientId && isSame(basic.secret, clientSecret);
  if (isRightByHeader) return;
  const secret = form.get('client_secret') ?? '';
  // A request that authenticates by header or by secret must do so rightly; one with the id alone is let in.
  const mustProve = basic !== null || secret !== '';
  if (form.get('client_id') === clientId && (!mustProve || isSame(secret, clientSecret))) return;
  throw new Refusal(oauthError(401, 'invalid_client'));
}

/** RFC 6749 section 2.3.1: both halves are form-encoded before Base64. */
function basicCredentials(header: string | undefined): { id: string; secret: string } | null {
  const encoded = /^Basic (.+)$/.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id: formDecode(id), secret: formDecode(secret.join(':')) };
}

function formDecode(encoded: string): string {
  return new URLSearchParams(`value=${encoded.replaceAll('&', '%26')}`).get('value') ?? '';
}

function formOf(request: Pick<PortalRequest, 'headers' | 'body'>): URLSearchParams {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return new URLSearchParams(isForm ? request.body.toString('utf8') : '');
}

function isSame(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [Buffer.from(left), Buffer.from(right)];
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };

function tokenReply({ accessToken, refreshToken }: TokenPair): Reply {
  const body = {
    access_token: accessToken,
    expires_in: accessTokenSeconds,
    token_type: 'Bearer',
    scope: 'user:info',
    refresh_token: refreshToken,
  };
  return json(200, body, noStore);
}

function oauthError(status: number, error: string, description?: string): Reply {
  const body = { error, ...(description && { error_description: description }) };
  const headers = status === 401 ? { ...noStore, 'www-authenticate': `Bearer error="${error}"` } : noStore;
  return json(status, body, headers);
}
