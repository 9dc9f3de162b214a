import { z } from 'zod';
import { batching } from '../batching.js';
import { hostName, port } from '../host-name.js';

const identifier = z
  .string()
  .regex(/^[A-Za-z_]\w{0,62}(\.[A-Za-z_]\w{0,62})?$/, 'must be a plain SQL name such as grades or public.grades');

const server = {
  /** `mysql` is for MariaDB as well. */
  engine: z.enum(['postgresql', 'mysql']),
  host: hostName,
  port: port.optional(),
  database: z.string().min(1).max(128),
  tls: z.enum(['disable', 'require', 'verify']).default('verify'),
  ...batching,
};

export const databaseConfig = z.discriminatedUnion('direction', [
  z.strictObject({
    direction: z.literal('pull'),
    ...server,
    query: z.string().min(1).max(20_000),
    /** Rows beyond its highest known value are new. */
    watermarkColumn: identifier.optional(),
  }),
  z.strictObject({
    direction: z.literal('push'),
    ...server,
    table: identifier,
    /** Column of the table by path in the record. */
    columns: z.record(z.string().min(1).max(200), identifier),
    keyColumns: z.array(identifier).min(1).max(16),
  }),
]);

export type DatabaseConfig = z.output<typeof databaseConfig>;
