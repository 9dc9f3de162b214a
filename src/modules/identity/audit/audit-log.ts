import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { currentRequestContext } from '../../../platform/logging/request-context.js';
import type { AuditDetails, AuditEntryEntity } from './audit-entry.entity.js';
import { AuditRepository, type AuditFilter } from './audit.repository.js';

/** A security event to be remembered. Time, client address and correlation id are added from the request being handled. */
export interface AuditEntry {
  /** `<feature>.<what happened>`, for example `auth.login-failed`. */
  action: string;
  /** `Caller.actor`, or `anonymous`, or `system`. */
  actor: string;
  /** To whom or what, for example `user:<id>`. */
  subject?: string | null;
  /** Facts that help an investigator; never secrets, passwords or tokens. */
  details?: AuditDetails;
}

/** What it throws rolls the change back. */
export type AuditListener = (tx: Transaction, entry: AuditEntry) => Promise<void>;

/** The append-only log of security events: the database refuses to change it, admins read it at `GET /audit`. */
@Injectable()
export class AuditLog {
  private readonly listeners: AuditListener[] = [];

  constructor(private readonly entries: AuditRepository) {}

  /** Tells the listener of every entry about a change, in the transaction of the change. */
  subscribe(listener: AuditListener): void {
    this.listeners.push(listener);
  }

  /** @param tx the transaction of the change; null for what changes nothing, such as a failed login */
  async record(tx: Transaction | null, entry: AuditEntry): Promise<void> {
    const context = currentRequestContext();
    await this.entries.insert(tx, {
      action: entry.action,
      actor: entry.actor,
      subject: entry.subject ?? null,
      address: context?.address ?? null,
      correlationId: context?.correlationId ?? null,
      details: entry.details ?? {},
    });
    if (tx === null) return;
    for (const listener of this.listeners) await listener(tx, entry);
  }

  /** The newest entries first. */
  list(filter: AuditFilter): Promise<AuditEntryEntity[]> {
    return this.entries.list(filter);
  }
}
