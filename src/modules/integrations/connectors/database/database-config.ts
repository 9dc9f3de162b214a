import { isIP } from 'node:net';
import { z } from 'zod';
import { readPath } from '../../filters/value-path.policy.js';
import { batching } from '../batching.js';
import { hostName, port } from '../host-name.js';
import { pushSource } from '../push-source.js';

const name = z.string().regex(/^[A-Za-z_][\w$]{0,62}$/, 'must be a plain SQL name such as updated_at');
const tableName = z
  .string()
  .regex(/^[A-Za-z_][\w$]{0,62}(\.[A-Za-z_][\w$]{0,62})?$/, 'must be a plain SQL name such as grades or public.grades');

const keyColumns = z
  .array(name)
  .min(1)
  .max(16)
  .refine((names) => new Set(names).size === names.length, 'must name each column once');

const recordPath = z.string().superRefine((text, context) => {
  const read = readPath(`data.${text}`, ['data']);
  if ('problem' in read)
    context.addIssue({ code: 'custom', message: 'must be a path in the record, such as student.id' });
});

const server = {
  /** `mysql` is for MariaDB as well. */
  engine: z.enum(['postgresql', 'mysql']),
  host: hostName,
  port: port.optional(),
  database: z.string().min(1).max(128),
  /** `require` encrypts, but believes any certificate. */
  tls: z.enum(['disable', 'require', 'verify']).default('verify'),
  /** PEM; who has to have signed the server's certificate, instead of the authorities that everybody trusts. */
  certificateAuthority: z
    .string()
    .max(65_536)
    .regex(/^\s*-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/, 'must be certificates in PEM form')
    .optional(),
  /** Milliseconds for one statement, and for the rows of one page. */
  timeout: z.int().min(100).max(600_000).default(60_000),
  ...batching,
};

const pull = z.strictObject({
  direction: z.literal('pull'),
  ...server,
  /** One query that only reads, with `$1`, `$2` (postgresql) or `?` (mysql) in the places of `parameters`. */
  query: z
    .string()
    .min(1)
    .max(20_000)
    .regex(/^\s*(select|with|table|values)\b/i, 'must be one query that reads, and begin with SELECT or WITH'),
  parameters: z
    .array(z.union([z.string().max(4096), z.number(), z.boolean(), z.null()]))
    .max(100)
    .default([]),
  /** Columns of the result that tell its rows apart. */
  keyColumns,
  /** Grows with each change: rows at or beyond its highest known value are read. Without it every run reads all rows. */
  watermarkColumn: name.optional(),
});

const push = z
  .strictObject({
    direction: z.literal('push'),
    ...server,
    source: pushSource.optional(),
    table: tableName,
    /** Column of the table by path in the record. */
    columns: z.record(recordPath, name).refine((map) => {
      const count = Object.keys(map).length;
      return count > 0 && count <= 200;
    }, 'must have 1 to 200 members'),
    /** Those among `columns` that a unique index of the table is about. */
    keyColumns,
    /** What happens to the row of a record that is deleted; `mark` sets a boolean column. */
    onDelete: z.union([z.enum(['ignore', 'delete']), z.strictObject({ mark: name })]).default('ignore'),
  })
  .superRefine(({ columns, keyColumns, onDelete }, context) => {
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const targets = Object.values(columns);
    Object.entries(columns).forEach(([path, column], index) => {
      if (targets.indexOf(column) !== index) issue(['columns', path], `sets the column ${column} a second time`);
    });
    keyColumns.forEach((column, index) => {
      if (!targets.includes(column)) issue(['keyColumns', index], 'must be one of the columns in config.columns');
    });
    if (typeof onDelete === 'object' && targets.includes(onDelete.mark)) {
      issue(['onDelete', 'mark'], 'must not be one of the columns in config.columns');
    }
  });

export const databaseConfig = z.discriminatedUnion('direction', [pull, push]).superRefine((config, context) => {
  // The driver cannot check whose certificate it is when the host has no name.
  if (config.engine === 'mysql' && config.tls === 'verify' && isIP(config.host) !== 0) {
    context.addIssue({ code: 'custom', path: ['host'], message: 'must be a name, so that tls "verify" can check it' });
  }
});

export type DatabaseConfig = z.output<typeof databaseConfig>;
export type DatabasePullConfig = z.output<typeof pull>;
export type DatabasePushConfig = z.output<typeof push>;
