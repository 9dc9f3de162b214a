import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one claim has under way: where the few deliveries are that are being sent, and how many of one webhook. */
@Entity('delivery_leases')
export class DeliveryLeaseEntity {
  /** The lease of the claim. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  /** Of those, how many have no outcome yet. */
  @Column('smallint')
  deliveries: number;

  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil: Date;

  @Column('uuid', { name: 'delivery_ids', array: true, default: () => `'{}'` })
  deliveryIds: string[];
}
