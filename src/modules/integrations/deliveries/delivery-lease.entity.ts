import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one claim has under way. A delivery that stands in no lease may be claimed. */
@Entity('delivery_leases')
export class DeliveryLeaseEntity {
  /** Fencing token of the claim: only its holder can write the outcomes. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  /** By then the outcomes are written; otherwise the process is taken for dead, and the lease is ended. */
  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil: Date;

  /** Those that have no outcome yet. */
  @Column('uuid', { name: 'delivery_ids', array: true, default: () => `'{}'` })
  deliveryIds: string[];
}
