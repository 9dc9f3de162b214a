import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import { assertCallable } from '../endpoint-address.js';
import { invalidFields } from '../field-errors.js';
import { authAddressesIn } from '../credentials/credentials.policy.js';
import { addressesIn } from './integration-config.js';
import type { IntegrationDefinition } from './integration-definition.policy.js';

/** What a definition may ask for depends on the operator; refused when it is saved and not only when it is used. */
@Injectable()
export class DefinitionCheck {
  constructor(
    private readonly http: HttpClient,
    private readonly config: AppConfig,
  ) {}

  /** @throws AppError `integrations.invalid-fields` */
  assertUsable({ config, authConfig }: Pick<IntegrationDefinition, 'config' | 'authConfig'>): void {
    const addresses = [...addressesIn(config), ...authAddressesIn(authConfig)];
    for (const { field, address } of addresses) assertCallable(this.http, address, field);
    if ('provider' in config && config.provider === 'local' && this.config.filesRoot === undefined) {
      const message = 'must not be "local", because the operator has set no FILES_ROOT';
      throw invalidFields([{ field: 'config.provider', message }]);
    }
  }
}
