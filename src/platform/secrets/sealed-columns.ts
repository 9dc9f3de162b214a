import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { SecretBox } from './secret-box.js';

/** A column that holds sealed values. The table's key is `id`, and a value's place is `<table>.<column>:<id>`. */
export interface SealedColumn {
  table: string;
  column: string;
}

const batchSize = 500;

/** Knows where sealed values are stored, so that all of them can be sealed again after `ENCRYPTION_KEY` got a new first key. */
@Injectable()
export class SealedColumns {
  private readonly columns: SealedColumn[] = [];

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  register(...columns: SealedColumn[]): void {
    this.columns.push(...columns);
  }

  /**
   * Seals every value again that an older key sealed. Safe to stop and to repeat, and while the application runs: a value that
   * changes meanwhile is left as its writer sealed it.
   */
  async rekey(): Promise<{ sealed: number; current: number }> {
    const count = { sealed: 0, current: 0 };
    for (const column of this.columns) {
      let lastId: string | null = null;
      for (;;) {
        const rows: { id: string; value: string }[] = await this.page(column, lastId);
        for (const row of rows) await this.rekeyRow(column, row, count);
        lastId = rows.at(-1)?.id ?? null;
        if (rows.length < batchSize) break;
      }
    }
    return count;
  }

  private page({ table, column }: SealedColumn, afterId: string | null): Promise<{ id: string; value: string }[]> {
    return this.database.manager().query(
      `SELECT id, "${column}" AS value FROM "${table}"
          WHERE "${column}" IS NOT NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT ${batchSize}`,
      [afterId],
    );
  }

  private async rekeyRow(
    { table, column }: SealedColumn,
    { id, value }: { id: string; value: string },
    count: { sealed: number; current: number },
  ): Promise<void> {
    if (!this.box.isStale(value)) {
      count.current += 1;
      return;
    }
    const place = `${table}.${column}:${id}`;
    const sealedAgain = this.box.seal(this.box.open(value, place), place);
    await this.database
      .manager()
      .query(`UPDATE "${table}" SET "${column}" = $1 WHERE id = $2 AND "${column}" = $3`, [sealedAgain, id, value]);
    count.sealed += 1;
  }
}
