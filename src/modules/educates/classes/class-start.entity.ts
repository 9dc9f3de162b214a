import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A workshop that was requested for everybody in a class; what became of each is in their sessions. */
@Entity('workshop_class_starts')
export class ClassStartEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('text', { name: 'group_name' })
  groupName: string;

  @Column('text')
  workshop: string;

  /** As in the audit log. */
  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  @Column('integer')
  members: number;

  /** Members who had a session of the workshop of their own. */
  @Column('integer', { name: 'already_live' })
  alreadyLive: number;

  /** Members who had as many sessions as one person may have. */
  @Column('integer', { name: 'over_quota' })
  overQuota: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** When it was asked to end all of its sessions. */
  @Column('timestamptz', { name: 'terminated_at', nullable: true })
  terminatedAt: Date | null;
}
