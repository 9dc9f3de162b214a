import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One class whose solutions of one exercise are run again. */
@Entity('regrades')
export class RegradeEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('text', { name: 'class_name' })
  className: string;

  @Column('text', { name: 'exercise_id' })
  exerciseId: string;

  /** When it was asked for; the tests are those at the time of each run. */
  @Column('integer', { name: 'exercise_version' })
  exerciseVersion: number;

  /** As audit entries name actors. */
  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
