import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { AuditEntryEntity, type AuditDetails } from './audit-entry.entity.js';

export interface AuditFilter {
  action?: string;
  actor?: string;
  subject?: string;
  /** Entries with this subject, or with all of these details. */
  about?: { subject: string; details: AuditDetails };
  /** Only entries older than the one with this id. */
  cursor?: string;
  limit: number;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction | null, entry: Omit<AuditEntryEntity, 'id' | 'occurredAt'>): Promise<void> {
    await this.database.manager(tx ?? undefined).insert(AuditEntryEntity, entry);
  }

  list({ cursor, limit, about, ...where }: AuditFilter): Promise<AuditEntryEntity[]> {
    const query = this.database.manager().createQueryBuilder(AuditEntryEntity, 'entry').where(where);
    if (cursor !== undefined) query.andWhere('entry.id < :cursor', { cursor });
    if (about !== undefined) {
      query.andWhere('(entry.subject = :subject OR entry.details @> :details)', {
        subject: about.subject,
        details: JSON.stringify(about.details),
      });
    }
    return query.orderBy('entry.id', 'DESC').limit(limit).getMany();
  }

  /** The retention path: deletes entries older than this, which the table's triggers allow from 30 days on. */
  deleteOlderThan(seconds: number): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SET LOCAL lyceum.audit_retention = 'on'`);
      await tx.query(`DELETE FROM audit_entries WHERE occurred_at < now() - make_interval(secs => $1)`, [seconds]);
    });
  }
}
