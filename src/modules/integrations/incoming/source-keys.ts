import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { IncomingKeysRepository } from './incoming-keys.repository.js';
import { type AddressForm, hintOf, IncomingSecrets, newIncomingSecret } from './incoming-secrets.js';
import type { IncomingSourceEntity } from './incoming-source.entity.js';
import { IncomingSourcesRepository } from './incoming-sources.repository.js';
import { secretTaken, tooManyKeys } from './incoming.errors.js';
import { pathSecretScheme, schemeOf } from './schemes/schemes.js';

const maxLiveKeys = 10;

/** Makes the addresses and keys of sources. What it returns in the open cannot be read again. */
@Injectable()
export class SourceKeys {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly sources: IncomingSourcesRepository,
    private readonly keys: IncomingKeysRepository,
    private readonly secrets: IncomingSecrets,
  ) {}

  /**
   * @param given a secret that the sender already uses; else one is made
   * @throws AppError `incoming.secret-taken`
   */
  async newAddress(
    tx: Transaction,
    scheme: string,
    given: string | undefined,
  ): Promise<Pick<IncomingSourceEntity, 'secretHash' | 'secretHint'> & { pathPart: string }> {
    const form: AddressForm = scheme === pathSecretScheme ? 'receive' : 'in';
    const pathPart = given ?? newIncomingSecret();
    const hashes = this.secrets.hash(form, pathPart);
    if (given !== undefined && (await this.sources.isPrevious(tx, hashes))) throw secretTaken();
    return { pathPart, secretHash: hashes[0], secretHint: hintOf(pathPart) };
  }

  /**
   * Adds the key that was given, or one that is made where the scheme allows it.
   *
   * @returns the key; null when the sender will make it, or the scheme has none
   * @throws AppError `incoming.too-many-keys`
   */
  async addKey(tx: Transaction, sourceId: string, scheme: string, given: string | undefined): Promise<string | null> {
    const key = given ?? schemeOf(scheme).newKey?.();
    if (key === undefined) return null;
    if ((await this.keys.listLive([sourceId], tx)).length >= maxLiveKeys) throw tooManyKeys(maxLiveKeys);
    const id = await this.integrations.newId(tx);
    await this.keys.insert(tx, { id, sourceId, sealedKey: this.secrets.seal(id, key), hint: hintOf(key) });
    return key;
  }
}
