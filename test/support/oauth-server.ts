import { createHash, randomUUID } from 'node:crypto';
import { Upstream, type ReceivedRequest } from './upstream.js';

type Reaction = { status?: number; body?: string; hangs?: boolean; headers?: Record<string, string> };

/** A real authorization server: client credentials, refresh tokens that rotate, and authorization codes with PKCE. */
export class OauthServer {
  /** Grants that were asked for, as forms. */
  readonly asked: URLSearchParams[] = [];
  readonly askedHeaders: ReceivedRequest['headers'][] = [];
  readonly revoked: string[] = [];
  /** Access tokens that an API should take. */
  readonly live = new Set<string>();
  lifetimeSeconds: number | null = 3600;
  rotates = true;
  /** Members beside those of RFC 6749. */
  extra: Record<string, unknown> = {};
  /** What the next requests for tokens are answered with. */
  readonly reactions: Reaction[] = [];
  /** Waits with the answer, after everything was changed, until this is resolved. */
  hold: Promise<void> | undefined;
  private refreshToken = 'first-refresh-token';
  private readonly codes = new Map<string, { challenge: string; redirectUri: string }>();

  private constructor(readonly upstream: Upstream) {}

  static async start(): Promise<OauthServer> {
    const upstream = await Upstream.start(async (request, response) => {
      const { status = 200, body, hangs, headers = {} } = server.answer(request);
      if (hangs === true) return;
      await server.hold;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body ?? '{}');
    });
    const server = new OauthServer(upstream);
    return server;
  }

  get tokenUrl(): string {
    return `${this.upstream.url}/token`;
  }

  get currentRefreshToken(): string {
    return this.refreshToken;
  }

  /** What a browser does in which somebody consents. @returns where it is sent back to */
  consent(authorizationUrl: string): URL {
    const { searchParams } = new URL(authorizationUrl);
    const code = randomUUID();
    const redirectUri = searchParams.get('redirect_uri') ?? '';
    this.codes.set(code, { challenge: searchParams.get('code_challenge') ?? '', redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', searchParams.get('state') ?? '');
    return back;
  }

  stop(): Promise<void> {
    return this.upstream.stop();
  }

  private answer({ path, body, headers }: ReceivedRequest): Reaction {
    const form = new URLSearchParams(body);
    if (path === '/revoke') {
      this.revoked.push(form.get('token') ?? '');
      return {};
    }
    this.asked.push(form);
    this.askedHeaders.push(headers);
    const reaction = this.reactions.shift();
    if (reaction !== undefined) return reaction;
    if (form.get('grant_type') === 'refresh_token') {
      if (form.get('refresh_token') !== this.refreshToken) return refusal('invalid_grant');
      if (this.rotates) this.refreshToken = `refresh-${randomUUID()}`;
    }
    if (form.get('grant_type') === 'authorization_code') {
      const known = this.codes.get(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const isGood = known?.challenge === challenge && known.redirectUri === form.get('redirect_uri');
      this.codes.delete(form.get('code') ?? '');
      if (!isGood) return refusal('invalid_grant');
    }
    return { body: JSON.stringify(this.newTokens(form.get('grant_type') !== 'client_credentials')) };
  }

  private newTokens(hasRefreshToken: boolean): object {
    const access_token = `access-${randomUUID()}`;
    this.live.add(access_token);
    return {
      access_token,
      token_type: 'Bearer',
      ...(this.lifetimeSeconds !== null && { expires_in: this.lifetimeSeconds }),
      ...(hasRefreshToken && { refresh_token: this.refreshToken }),
      ...this.extra,
    };
  }
}

export function refusal(error: string): Reaction {
  return { status: 400, body: JSON.stringify({ error }) };
}
