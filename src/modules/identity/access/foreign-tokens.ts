import { Injectable, SetMetadata } from '@nestjs/common';
import type { AccountCaller } from './caller.js';

export const foreignTokensKey = 'identity:foreign-tokens';

/**
 * Marks routes that also know callers by tokens of another issuer. Such a caller has an id but no row in `users`: use it only where
 * nothing refers to that row. Everywhere else these tokens are refused.
 */
export const AcceptsForeignTokens = () => SetMetadata(foreignTokensKey, true);

export interface TokenIssuer {
  /** Whether the token says that it is this issuer's; whether that is true is found out by `identify`. */
  claims(token: string): boolean;
  /** @throws AppError 401 when the token is not good */
  identify(token: string): Promise<AccountCaller>;
}

/** Where modules say which other issuers' tokens they trust. */
@Injectable()
export class ForeignTokens {
  private readonly issuers: TokenIssuer[] = [];

  trust(issuer: TokenIssuer): void {
    this.issuers.push(issuer);
  }

  issuerOf(token: string): TokenIssuer | undefined {
    return this.issuers.find((issuer) => issuer.claims(token));
  }
}
