import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What replicas share about a portal. */
@Entity('training_portals')
export class TrainingPortalEntity {
  @PrimaryColumn('text')
  name: string;

  /** From when on the portal's sessions are to be checked again; whoever moves it on checks them. */
  @Column('timestamptz', { name: 'check_due_at' })
  checkDueAt: Date;
}
