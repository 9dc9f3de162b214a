import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '../../../platform/database/database.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import { assertCallable } from '../endpoint-address.js';
import { invalidFields, parseMember } from '../field-errors.js';
import { headerName } from '../integrations/http-config.js';
import { MappedEvents } from './mapped-events.js';
import type { IncomingSourceEntity } from './incoming-source.entity.js';
import { pathSecretScheme, schemeOf } from './schemes/schemes.js';

const deliveryIdPlace = z.union(
  [
    z.strictObject({ header: headerName.transform((name) => name.toLowerCase()) }),
    z.strictObject({ bodyPath: z.string().min(1).max(300) }),
  ],
  'must be {"header": "…"} or {"bodyPath": "…"}',
);

/** What an admin may say of a source, now or later; what is left out stays. */
export interface SourceInput {
  name?: string | undefined;
  state?: 'active' | 'inactive' | undefined;
  settings?: Record<string, unknown> | undefined;
  deliveryId?: Record<string, unknown> | null | undefined;
  mapping?: unknown[] | undefined;
  maxPerMinute?: number | undefined;
}

/** Checks what admins say of sources. */
@Injectable()
export class SourceDefinition {
  constructor(
    private readonly mappedEvents: MappedEvents,
    private readonly http: HttpClient,
  ) {}

  /** @throws AppError `integrations.invalid-fields` */
  async check(schemeName: string, input: SourceInput, tx?: Transaction): Promise<Partial<IncomingSourceEntity>> {
    const { name, state, settings, deliveryId, mapping, maxPerMinute } = input;
    return {
      ...(name !== undefined && { name: name.trim() }),
      ...(state !== undefined && { state }),
      ...(maxPerMinute !== undefined && { maxPerMinute }),
      ...(settings !== undefined && { settings: this.checkSettings(schemeName, settings) }),
      ...(mapping !== undefined && { mapping: await this.mappedEvents.parse(mapping, tx) }),
      ...(deliveryId !== undefined && {
        deliveryId: deliveryId === null ? null : parseMember(deliveryIdPlace, deliveryId, 'deliveryId'),
      }),
    };
  }

  /** @throws AppError `integrations.invalid-fields` when the scheme takes no such key */
  checkKey(schemeName: string, settings: object, key: string | undefined): void {
    if (key === undefined) return;
    const { keys, problemOfKey } = schemeOf(schemeName);
    const problem =
      keys === 'none' ? `is not used by the scheme "${schemeName}"` : problemOfKey?.(key, settings as never);
    if (problem !== undefined) throw invalidFields([{ field: 'key', message: problem }]);
  }

  /** @throws AppError `integrations.invalid-fields` when the scheme's address is made here */
  checkSecret(schemeName: string, secret: string | undefined): void {
    if (secret === undefined || schemeName === pathSecretScheme) return;
    const message = `can be chosen for the scheme "${pathSecretScheme}" only; give the sender's key as "key"`;
    throw invalidFields([{ field: 'secret', message }]);
  }

  private checkSettings(schemeName: string, given: Record<string, unknown>): object {
    const settings = parseMember(schemeOf(schemeName).settings, given, 'settings');
    if ('jwksUrl' in settings) assertCallable(this.http, settings.jwksUrl as string, 'settings.jwksUrl');
    return settings;
  }
}
