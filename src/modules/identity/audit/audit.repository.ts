import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

export interface AuditFilter {
  action?: string;
  actor?: string;
  subject?: string;
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

  list({ cursor, limit, ...where }: AuditFilter): Promise<AuditEntryEntity[]> {
    return this.database.manager().find(AuditEntryEntity, {
      where: { ...where, ...(cursor !== undefined && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** The retention path: deletes entries older than this, which the table's triggers allow from 30 days on. */
  deleteOlderThan(seconds: number): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SET LOCAL lyceum.audit_retention = 'on'`);
      await tx.query(`DELETE FROM audit_entries WHERE occurred_at < now() - make_interval(secs => $1)`, [seconds]);
    });
  }
}
