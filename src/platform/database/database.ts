import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { DATABASE_USE, type DatabaseUse } from './database-use.js';

/** The handle of one transaction. Services pass it on to repositories, `EventPublisher` and `JobQueue`; they never query with it. */
export type Transaction = EntityManager;

/** The database as services see it: a place to run transactions. */
@Injectable()
export class Database {
  /** Removed by hand: what a WeakMap holds stays until all of the memory is collected. */
  private readonly followUps = new Map<Transaction, (() => Promise<void>)[]>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(DATABASE_USE) readonly use: DatabaseUse,
  ) {}

  /** Runs the work in one transaction: all of it commits, or none when it throws. Do no outbound calls inside. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const followUps: (() => Promise<void>)[] = [];
    const result = await this.dataSource.transaction(async (tx) => {
      this.followUps.set(tx, followUps);
      try {
        return await work(tx);
      } finally {
        this.followUps.delete(tx);
      }
    });
    await Promise.all(followUps.map((followUp) => followUp()));
    return result;
  }

  /**
   * Does something once the transaction has committed, before `transaction` gives its result; never when it was rolled back. For what
   * this process keeps in memory: it is lost when the process dies in between. It must not throw.
   */
  onCommit(tx: Transaction, followUp: () => Promise<void>): void {
    this.followUps.get(tx)?.push(followUp);
  }

  /** Runs the work in the given transaction, or else in one of its own. */
  within<T>(tx: Transaction | undefined, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return tx === undefined ? this.transaction(work) : work(tx);
  }

  /** For repositories: the given transaction, or a connection of the pool for a single statement. */
  manager(tx?: Transaction): EntityManager {
    return tx ?? this.dataSource.manager;
  }

  /** @throws when Postgres does not answer */
  async ping(): Promise<void> {
    await this.dataSource.query('SELECT 1');
  }
}
