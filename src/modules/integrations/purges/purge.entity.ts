import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PurgePlace } from './purge-places.js';

/** Erasing what is stored of a person. The row is the truth; jobs only go on with it. */
@Entity('subject_purges')
export class PurgeEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  /** What is looked for, as JSON, sealed for `subject_purges.terms:<id>`: it is personal data itself, and gone when the purge is over. */
  @Column('text', { nullable: true })
  terms: string | null;

  /** The place that is being searched, as an index. */
  @Column('smallint', { default: 0 })
  place: number;

  /** The last row there that was looked at. */
  @Column('uuid', { default: '00000000-0000-0000-0000-000000000000' })
  cursor: string;

  /** Rows whose content was erased. */
  @Column('jsonb', { default: {} })
  erased: Partial<Record<PurgePlace, number>>;

  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
