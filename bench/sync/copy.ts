import { once } from 'node:events';
import type { Client, Connection, Submittable } from 'pg';

interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY … FROM STDIN` of a text that is in memory, which the driver has no call for. */
class CopyText implements Submittable {
  readonly done: Promise<void>;
  private settle: { resolve: () => void; reject: (error: Error) => void } = { resolve() {}, reject() {} };

  constructor(
    private readonly statement: string,
    private readonly text: string,
  ) {
    this.done = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }

  submit(connection: Connection): void {
    connection.query(this.statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.text));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.settle.resolve();
  }

  handleError(error: Error): void {
    this.settle.reject(error);
  }
}

/** Copies records into a table of keys and data. */
export async function copyRecords(
  client: Client,
  table: string,
  records: { key: string; data: object }[],
): Promise<void> {
  const lines = records.map(({ key, data }) => `${key}\t${JSON.stringify(data).replaceAll('\\', '\\\\')}\n`);
  const copy = new CopyText(`COPY ${table} (key, data) FROM STDIN`, lines.join(''));
  client.query(copy);
  await Promise.race([copy.done, once(client, 'end')]);
}
