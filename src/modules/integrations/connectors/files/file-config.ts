import { z } from 'zod';
import { readPath } from '../../filters/value-path.policy.js';
import { endpointUrl } from '../../integrations/http-config.js';
import { batching } from '../batching.js';
import { hostName, port } from '../host-name.js';
import { pushSource } from '../push-source.js';
import { choicesOf } from './name-pattern.policy.js';

/** Relative and without a way up, because it is joined to a root that the operator allows. */
const relativePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    (path) => !path.startsWith('/') && !path.includes('\\') && !path.includes('\0') && !path.split('/').includes('..'),
    'must be a relative path with / between its parts and no ..',
  );

const fieldPath = z.string().superRefine((text, context) => {
  const read = readPath(`data.${text}`, ['data']);
  if ('problem' in read)
    context.addIssue({ code: 'custom', message: 'must be a path in the record, such as student.id' });
});

const header = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Surrogate}]+$/u, 'must be plain text');

/** At most so many patterns may one with braces stand for. */
const maxChoices = 100;

const pattern = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\p{L}\p{N} _.,=@#~%&*?{}!-]+$/u, 'must be a pattern for names, such as grades-*.csv')
  .refine(
    (text) => text.split('{').length <= 4 && choicesOf(text).length <= maxChoices,
    `must have at most 3 braces and stand for at most ${maxChoices} patterns`,
  );

const common = {
  format: z.enum(['csv', 'ndjson', 'json']),
  compression: z.enum(['none', 'gzip']).default('none'),
  /** Of CSV. */
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  ...batching,
};

const importing = {
  direction: z.literal('import'),
  ...common,
  /** For the names of the files, which are read in the order of their names. */
  pattern: pattern.default('*'),
  /** Of CSV without a line of names: the names. */
  columns: z.array(header).min(1).max(1000).optional(),
  /** Of JSON: where its records are, when the file is not an array itself. */
  recordsPath: fieldPath.optional(),
  /** What tells records apart; without it, all that they say. */
  keyFields: z.array(fieldPath).min(1).max(16).optional(),
  /** `snapshot`: the files together hold every record, so that those which are in none of them are gone. */
  mode: z.enum(['append', 'snapshot']).default('append'),
  after: z.enum(['keep', 'archive', 'delete']).default('keep'),
  /** Where imported files go, below `path`. */
  archivePath: relativePath.default('archive'),
  /** Beyond it, a file that unpacks to so much is not read on. */
  maxUncompressedBytes: z.int().min(1024).max(1_099_511_627_776).default(4_294_967_296),
};

const exporting = {
  direction: z.literal('export'),
  ...common,
  source: pushSource.optional(),
  /** Of the file that a batch becomes; sent again it has the same name. */
  name: z
    .string()
    .max(200)
    .regex(/^[\p{L}\p{N}_][\p{L}\p{N} _.,=@#~{}-]*$/u, 'must be a plain file name')
    .refine((name) => name.split('{batchId}').length === 2, 'must have {batchId} in it once')
    .refine((name) => !/[{}]/.test(name.replace('{batchId}', '')), 'must have no other placeholder than {batchId}')
    .optional(),
  /** Of CSV, in their order. Paths are in the record; `$key` and `$isDeleted` are what is known about it. */
  columns: z
    .array(z.strictObject({ header, path: z.union([z.enum(['$key', '$isDeleted']), fieldPath]) }))
    .min(1)
    .max(1000)
    .optional(),
};

const s3 = {
  provider: z.literal('s3'),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket'),
  region: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be a region such as eu-central-1'),
  /** For storage that only speaks like S3. */
  endpoint: endpointUrl.optional(),
  /** The bucket in the path and not in the host name, as most of such storage wants it. */
  forcePathStyle: z.boolean().default(false),
  path: relativePath,
};

const sftp = {
  provider: z.literal('sftp'),
  host: hostName,
  port: port.default(22),
  /** The fingerprint of the server's key as `ssh-keygen -l` shows it; `any` believes every server, which gives the password to each. */
  hostKey: z.union([z.literal('any'), z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/)], {
    error: 'must be a fingerprint such as SHA256:… of the server, or "any"',
  }),
  path: z
    .string()
    .min(1)
    .max(1024)
    .refine((path) => !path.includes('\0'), 'must be a path'),
};

const local = { provider: z.literal('local'), path: relativePath };

/** Each provider goes both ways. */
const bothWays = <Provider extends z.core.$ZodShape>(provider: Provider) =>
  z.discriminatedUnion('direction', [
    z.strictObject({ ...provider, ...importing }),
    z.strictObject({ ...provider, ...exporting }),
  ]);

export const fileConfig = z
  .discriminatedUnion('provider', [bothWays(s3), bothWays(sftp), bothWays(local)])
  .superRefine((config, context) => {
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (config.direction === 'export' && config.format === 'csv' && config.columns === undefined) {
      issue(['columns'], 'is required for CSV');
    }
    if (config.direction === 'import' && config.columns !== undefined) {
      if (new Set(config.columns).size < config.columns.length) issue(['columns'], 'must name each column once');
    }
  });

export type FileConfig = z.output<typeof fileConfig>;
export type FileImportConfig = Extract<FileConfig, { direction: 'import' }>;
export type FileExportConfig = Extract<FileConfig, { direction: 'export' }>;
export type S3Config = Extract<FileConfig, { provider: 's3' }>;
export type SftpConfig = Extract<FileConfig, { provider: 'sftp' }>;
