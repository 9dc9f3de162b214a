import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An answer that a caller can get again by the key of the request, or a request under way. */
@Entity('idempotency_keys')
@Index('idempotency_keys_age', ['createdAt'])
export class IdempotencyKeyEntity {
  @PrimaryColumn('text')
  caller: string;

  /** The route, so that a key means something on one route only. */
  @PrimaryColumn('text')
  scope: string;

  @PrimaryColumn('text')
  key: string;

  /** Of the request's body. */
  @Column('text')
  fingerprint: string;

  /** Fencing token: only the request that holds the key can write the answer. */
  @Column('uuid')
  holder: string;

  /** Until when a request without answer counts as under way. */
  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil: Date;

  /** `{value}`; null while the request is under way. */
  @Column('json', { nullable: true })
  answer: { value: unknown } | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
