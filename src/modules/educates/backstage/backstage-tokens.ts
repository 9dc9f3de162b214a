import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { AppConfig } from '../../../platform/config/app-config.js';
import { KeySets } from '../../../platform/http-client/key-sets.js';
import { ForeignTokens, invalidToken, type AccountCaller, type TokenIssuer } from '../../identity/index.js';
import { identityOf } from './backstage-identity.policy.js';
import { backstageKeysUnavailable } from './backstage.errors.js';

/** What Backstage puts into the tokens of its users; those of plugins and for few uses have other types. */
const tokenType = 'vnd.backstage.user';
const audience = 'backstage';
/** No symmetric one: whoever knew the public key could sign with it. */
const algorithms = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA', 'Ed25519'];
/** How much the clocks may differ, in seconds. */
const clockTolerance = 10;

/** Knows users of one Backstage by the tokens that it signs for them. They are students here. */
@Injectable()
export class BackstageTokens implements OnModuleInit, TokenIssuer {
  constructor(
    private readonly config: AppConfig,
    private readonly keySets: KeySets,
    private readonly tokens: ForeignTokens,
  ) {}

  onModuleInit(): void {
    if (this.config.educates.backstage !== undefined) this.tokens.trust(this);
  }

  claims(token: string): boolean {
    try {
      return decodeJwt(token).iss === this.config.educates.backstage?.issuer;
    } catch {
      return false;
    }
  }

  /** @throws AppError `access.invalid-token`, or `educates.backstage-keys-unavailable` when Backstage does not answer */
  async identify(token: string): Promise<AccountCaller> {
    const { backstage } = this.config.educates;
    if (backstage === undefined) throw invalidToken();
    const identity = identityOf(backstage.issuer, await this.verify(token, backstage));
    if (identity === null) throw invalidToken();
    const { userId, reference, groups } = identity;
    return { userId, sessionId: userId, role: 'student', actor: `backstage:${reference}`, groups };
  }

  private async verify(token: string, { issuer, keySetUrl }: { issuer: string; keySetUrl: string }): Promise<unknown> {
    const source = { url: keySetUrl, trust: 'operator' as const, unavailable: backstageKeysUnavailable };
    try {
      const { kid } = decodeProtectedHeader(token);
      const keys = createLocalJWKSet({ keys: await this.keySets.keysOf(source, kid) });
      const rules = { issuer, audience, algorithms, clockTolerance, typ: tokenType, requiredClaims: ['exp', 'sub'] };
      return (await jwtVerify(token, keys, rules)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) throw invalidToken();
      throw error;
    }
  }
}
