import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import type { Credentials } from './credentials.policy.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { OauthTokensRepository } from './oauth-tokens.repository.js';

/** Where the credentials of integrations are sealed. */
export const credentialsColumn = { table: 'integrations', column: 'credentials' };

/** Seals and opens the credentials of an integration. */
@Injectable()
export class CredentialVault {
  constructor(
    private readonly box: SecretBox,
    private readonly tokens: OauthTokensRepository,
  ) {}

  /** Null when there is nothing to seal. */
  seal(integrationId: string, credentials: Credentials): string | null {
    if (Object.keys(credentials).length === 0) return null;
    return this.box.seal(JSON.stringify(credentials), placeOf(integrationId));
  }

  /** @throws AppError of `SecretBox` */
  open({ id, credentials }: Pick<IntegrationEntity, 'id' | 'credentials'>): Credentials {
    return credentials === null ? {} : (JSON.parse(this.box.open(credentials, placeOf(id))) as Credentials);
  }

  /** Drops what was got with credentials that are not those of the integration any more. */
  discardTokens(tx: Transaction, integrationId: string): Promise<void> {
    return this.tokens.delete(tx, integrationId);
  }
}

function placeOf(integrationId: string): string {
  return `${credentialsColumn.table}.${credentialsColumn.column}:${integrationId}`;
}
