import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

export const subjectKinds = ['user', 'role', 'group'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Allows a subject an action on the resources that a pattern matches. There are no denials: what nothing grants is refused. */
@Entity('grants')
@Check('grants_subject_kind', `subject_kind IN ('user', 'role', 'group')`)
export class GrantEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('text', { name: 'subject_kind' })
  subjectKind: SubjectKind;

  /** A user's id, a role, or a group's name. */
  @Column('text', { name: 'subject_id' })
  subjectId: string;

  /** A pattern, for example `educates.workshop.start` or `educates.*`. */
  @Column('text')
  action: string;

  /** A pattern, for example `workshop:campus/lab-*`. */
  @Column('text')
  resource: string;

  /** Who granted it, as audit entries name actors. */
  @Column('text', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
