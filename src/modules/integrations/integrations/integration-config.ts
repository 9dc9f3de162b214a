import { z } from 'zod';
import { parseMember } from '../field-errors.js';
import { endpointUrl, plainHeaders } from './http-config.js';
import type { IntegrationType } from './integration-type.js';

const batching = {
  /** Records or events in one request. */
  batchSize: z.int().min(1).max(10_000).optional(),
  /** Milliseconds between two batches. */
  batchDelay: z.int().min(0).max(60_000).optional(),
};

const httpMembers = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  headers: plainHeaders.default({}),
  /** Milliseconds for a whole call; the default is the original's. */
  timeout: z.int().min(100).max(60_000).default(30_000),
};

const apiConfig = z.strictObject({
  endpoint: endpointUrl,
  ...httpMembers,
  /** Where records are read from, when that is another address. */
  syncEndpoint: endpointUrl.optional(),
  ...batching,
});

/** Without an endpoint it only receives, or each of its webhooks brings its own. */
const webhookConfig = z.strictObject({ endpoint: endpointUrl.optional(), ...httpMembers, ...batching });

const hostName = z.string().regex(/^[\w.:-]{1,253}$/, 'must be a host name or an address, without a port');
const port = z.int().min(1).max(65_535);
const identifier = z
  .string()
  .regex(/^[A-Za-z_]\w{0,62}(\.[A-Za-z_]\w{0,62})?$/, 'must be a plain SQL name such as grades or public.grades');

const databaseServer = {
  /** `mysql` is for MariaDB as well. */
  engine: z.enum(['postgresql', 'mysql']),
  host: hostName,
  port: port.optional(),
  database: z.string().min(1).max(128),
  tls: z.enum(['disable', 'require', 'verify']).default('verify'),
  ...batching,
};

const databaseConfig = z.discriminatedUnion('direction', [
  z.strictObject({
    direction: z.literal('pull'),
    ...databaseServer,
    query: z.string().min(1).max(20_000),
    /** Rows beyond its highest known value are new. */
    watermarkColumn: identifier.optional(),
  }),
  z.strictObject({
    direction: z.literal('push'),
    ...databaseServer,
    table: identifier,
    /** Column of the table by path in the record. */
    columns: z.record(z.string().min(1).max(200), identifier),
    keyColumns: z.array(identifier).min(1).max(16),
  }),
]);

const fileMembers = {
  direction: z.enum(['import', 'export']),
  format: z.enum(['csv', 'ndjson', 'json']),
  compression: z.enum(['none', 'gzip']).default('none'),
  ...batching,
};

/** Relative and without a way up, because it is joined to a root that the operator allows. */
const relativePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    (path) => !path.startsWith('/') && !path.includes('\\') && !path.includes('\0') && !path.split('/').includes('..'),
    'must be a relative path with / between its parts and no ..',
  );

const fileConfig = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('s3'),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket'),
    region: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be a region such as eu-central-1'),
    /** For storage that only speaks like S3. */
    endpoint: endpointUrl.optional(),
    path: relativePath,
    ...fileMembers,
  }),
  z.strictObject({
    provider: z.literal('sftp'),
    host: hostName,
    port: port.default(22),
    path: z.string().min(1).max(1024),
    ...fileMembers,
  }),
  z.strictObject({ provider: z.literal('local'), path: relativePath, ...fileMembers }),
]);

/** What `config` must look like, by type of integration. */
export const configSchemas = { api: apiConfig, webhook: webhookConfig, database: databaseConfig, file: fileConfig };

export type HttpConfig = z.output<typeof apiConfig> | z.output<typeof webhookConfig>;
export type IntegrationConfig = HttpConfig | z.output<typeof databaseConfig> | z.output<typeof fileConfig>;

/** @throws AppError `integrations.invalid-fields` with paths such as `config.endpoint` */
export function parseConfig(type: IntegrationType, config: unknown): IntegrationConfig {
  return parseMember<z.ZodType<IntegrationConfig>>(configSchemas[type], config, 'config');
}

/** Addresses in a configuration that will be called, by the field they stand in. */
export function addressesIn(config: IntegrationConfig): { field: string; address: string }[] {
  return (['endpoint', 'syncEndpoint'] as const).flatMap((member) => {
    const address = (config as Partial<Record<typeof member, string>>)[member];
    return address === undefined ? [] : [{ field: `config.${member}`, address }];
  });
}
