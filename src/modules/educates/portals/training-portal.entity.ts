import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What replicas share about a portal. */
@Entity('training_portals')
export class TrainingPortalEntity {
  @PrimaryColumn('text')
  name: string;

  /** When the last check of the portal's sessions began; whoever moves it on makes the next one. */
  @Column('timestamptz', { name: 'checked_at' })
  checkedAt: Date;
}
