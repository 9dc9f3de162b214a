import { isIPv6 } from 'node:net';
import type { z } from 'zod';
import { apiConfig, webhookConfig, type ApiConfig, type WebhookConfig } from '../connectors/api/api-config.js';
import { databaseConfig, type DatabaseConfig } from '../connectors/database/database-config.js';
import { fileConfig, type FileConfig } from '../connectors/files/file-config.js';
import { parseMember } from '../field-errors.js';
import type { IntegrationType } from './integration-type.js';

/** What `config` must look like, by type of integration. */
export const configSchemas = { api: apiConfig, webhook: webhookConfig, database: databaseConfig, file: fileConfig };

export type HttpConfig = ApiConfig | WebhookConfig;
export type IntegrationConfig = HttpConfig | DatabaseConfig | FileConfig;

/** @throws AppError `integrations.invalid-fields` with paths such as `config.endpoint` */
export function parseConfig(type: IntegrationType, config: unknown): IntegrationConfig {
  return parseMember<z.ZodType<IntegrationConfig>>(configSchemas[type], config, 'config');
}

/** Addresses in a configuration that will be called, by the field they stand in; a bare host as a URL, which is judged alike. */
export function addressesIn(config: IntegrationConfig): { field: string; address: string }[] {
  const members = config as Partial<
    Record<'endpoint' | 'syncEndpoint' | 'testEndpoint' | 'host', string> & { port: number }
  >;
  const { host, port } = members;
  const addresses = (['endpoint', 'syncEndpoint', 'testEndpoint'] as const).flatMap((member) => {
    const address = members[member];
    return address === undefined ? [] : [{ field: `config.${member}`, address }];
  });
  if (host === undefined) return addresses;
  const address = `https://${isIPv6(host) ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}/`;
  return [...addresses, { field: 'config.host', address }];
}

/** Where the credentials of a configuration go to; never anywhere else. */
export function credentialOriginOf(config: IntegrationConfig): string {
  if ('endpoint' in config && config.endpoint !== undefined) return new URL(config.endpoint).origin;
  return 'host' in config ? `${config.host}:${config.port ?? ''}` : '';
}

/** The field of an address to which the credentials may not go although it is part of the configuration. */
export function foreignAddressIn(config: IntegrationConfig): string | undefined {
  const origin = credentialOriginOf(config);
  const addresses = addressesIn(config).filter(({ field }) => field !== 'config.host');
  return addresses.find(({ address }) => new URL(address).origin !== origin)?.field;
}

/** What is called, as the log shows it: without a query, which may hold a key. */
export function targetOf(type: IntegrationType, config: IntegrationConfig): string {
  if ('endpoint' in config && config.endpoint !== undefined) {
    const { origin, pathname } = new URL(config.endpoint);
    return origin + pathname;
  }
  return `${type}:${credentialOriginOf(config)}`;
}
