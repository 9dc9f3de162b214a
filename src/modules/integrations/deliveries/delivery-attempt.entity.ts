import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One attempt at a delivery: what was sent, what came back, and how long it took. */
@Entity('delivery_attempts')
export class DeliveryAttemptEntity {
  @PrimaryColumn('uuid', { name: 'delivery_id' })
  deliveryId: string;

  /** Counts from 1, on through manual resends. */
  @PrimaryColumn('integer')
  number: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  @Column('integer', { name: 'duration_ms' })
  durationMs: number;

  /** Signatures are masked. */
  @Column('jsonb', { name: 'request_headers' })
  requestHeaders: Record<string, string>;

  /** Null when there was no response. */
  @Column('smallint', { nullable: true })
  status: number | null;

  @Column('text', { nullable: true })
  error: string | null;

  /** Why the connection could not be made at first; it was then tried once more, which is what the rest tells of. */
  @Column('text', { name: 'retried_after', nullable: true })
  retriedAfter: string | null;

  /** The first 16 kB. */
  @Column('text', { name: 'response_body', nullable: true })
  responseBody: string | null;

  @Column('boolean', { name: 'is_response_truncated' })
  isResponseTruncated: boolean;
}
