import type { OutgoingItem, RefusedItem } from '../connector.js';
import { SyncFailure } from '../sync-failure.js';
import type { DatabasePushConfig } from './database-config.js';
import { rowProblem } from './database-failure.policy.js';
import type { DatabaseSession, TableFacts } from './database-session.js';
import type { Statement } from './sql-dialect.policy.js';
import { deletionOf, rowsOf, rowsPerStatement, upsertOf, type TableRow } from './upsert.policy.js';

type Change = (rows: readonly TableRow[]) => Statement;

/** Rows in one statement that deletes: its condition grows with them. */
const rowsPerDeletion = 500;

/** Writes items into a table, in one transaction; those which the table does not take come back, the others arrive. */
export class DatabaseWriter {
  constructor(
    private readonly session: DatabaseSession,
    private readonly config: DatabasePushConfig,
  ) {}

  /** @returns what was refused */
  async write(items: readonly OutgoingItem[]): Promise<RefusedItem[]> {
    const { dialect } = this.session;
    const { upserts, deletions, refused } = rowsOf(items, this.config, await this.checkTable());
    const upsert: Change = (rows) => upsertOf(rows, this.config, dialect);
    const deletion: Change = (rows) => deletionOf(rows, this.config, dialect);
    await this.session.begin(false);
    try {
      for (const rows of inParts(upserts, rowsPerStatement(this.config)))
        refused.push(...(await this.#apply(rows, upsert)));
      for (const rows of inParts(deletions, rowsPerDeletion)) refused.push(...(await this.#apply(rows, deletion)));
    } catch (error) {
      await this.session.rollback().catch(() => undefined);
      throw error;
    }
    await this.session.commit();
    return refused;
  }

  /** @throws SyncFailure when keys would not be recognised again, and each run would insert all rows anew */
  async checkTable(): Promise<TableFacts> {
    const { table, keyColumns } = this.config;
    const facts = await this.session.factsOf(table, keyColumns);
    if (facts.hasUniqueIndex) return facts;
    const message = `The table ${table} has no unique index of exactly the columns ${keyColumns.join(', ')} of config.keyColumns`;
    throw new SyncFailure('configuration', message);
  }

  /** All at once; when a row is to blame, each half for itself, down to that row. */
  async #apply(rows: readonly TableRow[], change: Change): Promise<RefusedItem[]> {
    await this.session.run({ sql: 'SAVEPOINT lyceum_part', values: [] });
    try {
      await this.session.run(change(rows));
      return [];
    } catch (error) {
      const problem = rowProblem(error);
      if (problem === undefined) throw error;
      await this.session.run({ sql: 'ROLLBACK TO SAVEPOINT lyceum_part', values: [] });
      const [first] = rows;
      if (rows.length === 1 && first !== undefined) return [{ key: first.item.key, ...problem }];
      const middle = Math.ceil(rows.length / 2);
      return [
        ...(await this.#apply(rows.slice(0, middle), change)),
        ...(await this.#apply(rows.slice(middle), change)),
      ];
    }
  }
}

function* inParts<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}
