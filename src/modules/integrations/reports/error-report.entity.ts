import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FailureFacts } from './failure.policy.js';

/** A fault of our own, and how often it happened since it was last published. */
@Entity('error_reports')
export class ErrorReportEntity {
  @PrimaryColumn('text')
  fingerprint: string;

  /** Of the last time. */
  @Column('jsonb')
  facts: FailureFacts;

  @Column('integer')
  pending: number;

  @Column('timestamptz', { name: 'first_at' })
  firstAt: Date;

  @Column('timestamptz', { name: 'last_at' })
  lastAt: Date;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: Date | null;
}
