import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

export type CallKind = 'test' | 'send';

/** One call that an admin made through an integration, as the log shows it. */
@Entity('integration_calls')
@Check('integration_calls_kind_check', `kind IN ('test', 'send')`)
export class IntegrationCallEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  @Column('text')
  kind: CallKind;

  @Column('text')
  method: string;

  /** Without the query, which may hold a key. */
  @Column('text')
  url: string;

  /** The beginning of what was sent. */
  @Column('text', { name: 'request_body', nullable: true })
  requestBody: string | null;

  @Column('smallint', { nullable: true })
  status: number | null;

  /** The beginning of the answer. */
  @Column('text', { name: 'response_body', nullable: true })
  responseBody: string | null;

  /** Null when the call succeeded. */
  @Column('text', { nullable: true })
  error: string | null;

  @Column('integer', { name: 'duration_ms' })
  durationMs: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
