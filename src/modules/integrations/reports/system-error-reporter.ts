import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { ServerFailures, type ServerFailure } from '../../../platform/errors/server-failures.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { systemError } from '../event-types/course.events.js';
import { ErrorReportsRepository } from './error-reports.repository.js';
import {
  addCounts,
  factsOfFailure,
  fingerprintOfFailure,
  isOurs,
  systemErrorOf,
  type CountedFailure,
} from './failure.policy.js';

/** Different faults that are remembered while they cannot be written. */
const maxFaults = 200;
const writeDelayMs = 200;
const retryDelayMs = 10_000;
const sweepIntervalMs = 10_000;

/**
 * Publishes our own 5xx answers as `system.error`: the first of a fault at once, then at most one in each window, with the count. Counts
 * are kept in memory for a moment and added up in Postgres for all processes. A failure to write is only logged, never reported.
 */
@Injectable()
export class SystemErrorReporter implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(SystemErrorReporter.name);
  private counted = new Map<string, CountedFailure>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly failures: ServerFailures,
    private readonly database: Database,
    private readonly reports: ErrorReportsRepository,
    private readonly publisher: EventPublisher,
    private readonly config: AppConfig,
  ) {}

  onModuleInit(): void {
    this.failures.subscribe((failure) => this.count(failure));
  }

  /** Publishes what was counted while its window lasted. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    await this.database.transaction((tx) => this.publishDue(tx));
    await this.reports.deleteQuiet(this.config.systemErrorWindowSeconds);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write();
    clearTimeout(this.timer);
  }

  private count(failure: ServerFailure): void {
    if (!isOurs(failure)) return;
    const now = new Date();
    const fingerprint = fingerprintOfFailure(failure);
    this.add({ fingerprint, facts: factsOfFailure(failure), pending: 1, firstAt: now, lastAt: now });
    this.writeAfter(writeDelayMs);
  }

  private add(failure: CountedFailure): void {
    const known = this.counted.get(failure.fingerprint);
    if (known === undefined && this.counted.size >= maxFaults) return;
    this.counted.set(failure.fingerprint, known === undefined ? failure : addCounts(known, failure));
  }

  private writeAfter(delayMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.write();
    }, delayMs).unref();
  }

  private async write(): Promise<void> {
    if (this.counted.size === 0) return;
    const failures = [...this.counted.values()];
    this.counted = new Map();
    try {
      await this.database.transaction(async (tx) => {
        await this.reports.add(tx, failures);
        await this.publishDue(tx);
      });
    } catch (error) {
      this.logger.warn(error);
      for (const failure of failures) this.add(failure);
      this.writeAfter(retryDelayMs);
    }
  }

  private async publishDue(tx: Transaction): Promise<void> {
    const due = await this.reports.takeDue(tx, this.config.systemErrorWindowSeconds);
    const events = due.map((failure) => ({
      type: systemError.name,
      data: systemError.schema.parse(systemErrorOf(failure)),
    }));
    await this.publisher.publishAll(tx, events);
  }
}
