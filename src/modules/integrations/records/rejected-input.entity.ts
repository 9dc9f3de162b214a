import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something in a source that is no record, kept so that somebody can repair it there. */
@Entity('rejected_inputs')
export class RejectedInputEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** Where it stands; the same place is kept once. */
  @Column('text')
  position: string;

  @Column('text')
  reason: string;

  /** Its beginning. */
  @Column('text')
  excerpt: string;

  @Column('timestamptz', { name: 'first_seen_at', default: () => 'now()' })
  firstSeenAt: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt: Date;
}
