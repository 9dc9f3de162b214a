import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RunResponse } from './run.dto.js';

/** The result of a graded run, for identical ones. It belongs to nobody. */
@Entity('graded_results')
@Index('graded_results_age', ['createdAt'])
export class GradedResultEntity {
  /** Of everything that the result depends on. */
  @PrimaryColumn('text')
  digest: string;

  @Column('json')
  result: RunResponse;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
