import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Facts about a security event; never secrets, passwords or tokens. */
export type AuditDetails = Record<string, string | number | boolean | null>;

/** One security event. Triggers refuse to change or delete it before the retention path may (see the migration). */
@Entity('audit_entries')
export class AuditEntryEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('timestamptz', { name: 'occurred_at', default: () => 'now()' })
  occurredAt: Date;

  /** For example `auth.login-failed`. */
  @Column('text')
  action: string;

  /** Who did it: `user:<id>`, `admin-secret`, `anonymous` or `system`. */
  @Column('text')
  actor: string;

  /** To whom or what: `user:<id>`, `integration:<id>` … */
  @Column('text', { nullable: true })
  subject: string | null;

  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { name: 'correlation_id', nullable: true })
  correlationId: string | null;

  @Column('jsonb', { default: {} })
  details: AuditDetails;
}
