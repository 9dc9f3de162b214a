import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many deliveries one claim has under way, kept only for webhooks that limit how many may be. */
@Entity('delivery_leases')
export class DeliveryLeaseEntity {
  /** The lease of the claim. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  @Column('smallint')
  deliveries: number;

  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil: Date;
}
