import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../platform/config/app-config.js';
import { AuditRepository } from './audit/audit.repository.js';
import { LoginAttemptsRepository } from './passwords/login-attempts.repository.js';
import { SessionsRepository } from './sessions/sessions.repository.js';

const intervalMs = 60 * 60_000;

/** Deletes what has had its time: ended sessions and their tokens, counted attempts, audit entries after `AUDIT_RETENTION`. */
@Injectable()
export class IdentityRetention {
  constructor(
    private readonly config: AppConfig,
    private readonly sessions: SessionsRepository,
    private readonly attempts: LoginAttemptsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Safe to run in several replicas at once. */
  @Interval(intervalMs)
  async run(): Promise<void> {
    // Ended sessions are kept as long again: logins are compared with the addresses in them.
    await this.sessions.deleteExpired(this.config.auth.refreshTokenTtlSeconds);
    await this.attempts.deleteExpired();
    await this.audit.deleteOlderThan(this.config.auth.auditRetentionSeconds);
  }
}
