import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';

/** The handle of one transaction. Services pass it on to repositories, `EventPublisher` and `JobQueue`; they never query with it. */
export type Transaction = EntityManager;

/** The database as services see it: a place to run transactions. */
@Injectable()
export class Database {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Runs the work in one transaction: all of it commits, or none when it throws. Do no outbound calls inside. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
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
