import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { AuditLog } from '../../identity/index.js';
import { invalidFields } from '../field-errors.js';
import { IncomingKeysRepository } from './incoming-keys.repository.js';
import type { IncomingSourceEntity } from './incoming-source.entity.js';
import { IncomingSourcesRepository } from './incoming-sources.repository.js';
import { keyNotFound, secretTaken, sourceNotFound } from './incoming.errors.js';
import { schemeOf } from './schemes/schemes.js';
import { SourceDefinition } from './source-definition.js';
import { SourceKeys } from './source-keys.js';

const defaultOverlapSeconds = 86_400;

export interface RotationInput {
  what?: 'key' | 'address' | undefined;
  key?: string | undefined;
  secret?: string | undefined;
  overlapSeconds?: number | undefined;
}

/** What is shown once; one of the two is null. */
export interface Rotated {
  source: Pick<IncomingSourceEntity, 'id' | 'scheme' | 'settings'>;
  pathPart: string | null;
  key: string | null;
}

/** Replaces keys and addresses; the ones before stay valid for a while. */
@Injectable()
export class SourceRotationService {
  constructor(
    private readonly database: Database,
    private readonly sources: IncomingSourcesRepository,
    private readonly keys: IncomingKeysRepository,
    private readonly sourceKeys: SourceKeys,
    private readonly definition: SourceDefinition,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `incoming.source-not-found`, `integrations.invalid-fields`, `incoming.too-many-keys`, `incoming.secret-taken` */
  async rotate(integrationId: string, id: string, input: RotationInput, actor: string): Promise<Rotated> {
    const { overlapSeconds = defaultOverlapSeconds } = input;
    try {
      return await this.database.transaction(async (tx) => {
        const source = await this.sources.findForChange(tx, integrationId, id);
        if (source === null) throw sourceNotFound();
        const what = input.what ?? (schemeOf(source.scheme).keys === 'none' ? 'address' : 'key');
        const rotated =
          what === 'key'
            ? { pathPart: null, key: await this.rotateKey(tx, source, input.key, overlapSeconds) }
            : { pathPart: await this.rotateAddress(tx, source, input.secret, overlapSeconds), key: null };
        const details = { integrationId, what, overlapSeconds };
        await this.audit.record(tx, {
          action: 'incoming-source.rotated',
          actor,
          subject: `incoming-source:${id}`,
          details,
        });
        return { source, ...rotated };
      });
    } catch (error) {
      throw isUniqueViolation(error, 'incoming_sources_secret_hash') ? secretTaken() : error;
    }
  }

  /**
   * Ends a key at once.
   *
   * @throws AppError `incoming.source-not-found`, `incoming.key-not-found`
   */
  async revokeKey(integrationId: string, sourceId: string, keyId: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if ((await this.sources.findForChange(tx, integrationId, sourceId)) === null) throw sourceNotFound();
      if (!(await this.keys.delete(tx, sourceId, keyId))) throw keyNotFound();
      const details = { integrationId, keyId };
      await this.audit.record(tx, {
        action: 'incoming-source.key-revoked',
        actor,
        subject: `incoming-source:${sourceId}`,
        details,
      });
    });
  }

  private async rotateKey(
    tx: Transaction,
    { id, scheme, settings }: IncomingSourceEntity,
    given: string | undefined,
    overlapSeconds: number,
  ): Promise<string> {
    this.definition.checkKey(scheme, settings, given);
    const { keys, newKey } = schemeOf(scheme);
    if (keys === 'none')
      throw invalidFields([{ field: 'what', message: `must be "address": the scheme "${scheme}" has no key` }]);
    if (given === undefined && newKey === undefined) {
      throw invalidFields([{ field: 'key', message: 'is required, because the sender makes it' }]);
    }
    await this.keys.expireCurrent(tx, id, overlapSeconds);
    return (await this.sourceKeys.addKey(tx, id, scheme, given)) ?? '';
  }

  private async rotateAddress(
    tx: Transaction,
    source: IncomingSourceEntity,
    given: string | undefined,
    overlapSeconds: number,
  ): Promise<string> {
    this.definition.checkSecret(source.scheme, given);
    const { pathPart, ...address } = await this.sourceKeys.newAddress(tx, source.scheme, given);
    await this.sources.moveAddress(tx, source.id, address, overlapSeconds);
    return pathPart;
  }
}
