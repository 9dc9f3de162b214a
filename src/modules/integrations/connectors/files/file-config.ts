import { z } from 'zod';
import { endpointUrl } from '../../integrations/http-config.js';
import { batching } from '../batching.js';
import { hostName, port } from '../host-name.js';

const common = {
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

export const fileConfig = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('s3'),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket'),
    region: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be a region such as eu-central-1'),
    /** For storage that only speaks like S3. */
    endpoint: endpointUrl.optional(),
    path: relativePath,
    ...common,
  }),
  z.strictObject({
    provider: z.literal('sftp'),
    host: hostName,
    port: port.default(22),
    path: z.string().min(1).max(1024),
    ...common,
  }),
  z.strictObject({ provider: z.literal('local'), path: relativePath, ...common }),
]);

export type FileConfig = z.output<typeof fileConfig>;
