import axios from 'axios';
import { Pool } from 'pg';
import { Agent, request } from 'undici';

/** What to post, and how. */
export interface PosterTask {
  kind: 'undici' | 'axios';
  urls: string[];
  headers: Record<string, string>;
  body: string;
  amount: number;
  /** Requests under way at once. */
  concurrency: number;
  databaseUrl: string;
  connections: number;
}

// What deliveries are measured against. `undici` posts ready bytes in a loop and keeps nothing. `axios` takes rows that wait, posts each and
// writes what became of it with one update of its own, as most home-made senders do.
process.on('message', (task: PosterTask) => {
  void (task.kind === 'undici' ? postWithUndici(task) : postWithAxios(task)).then((seconds) => process.send?.(seconds));
});
process.send?.('ready');

async function postWithUndici({ urls, headers, body, amount, concurrency }: PosterTask): Promise<number> {
  const dispatcher = new Agent();
  const seconds = await repeat(amount, concurrency, async (index) => {
    const answer = await request(urls[index % urls.length] ?? '', { method: 'POST', headers, body, dispatcher });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`The sink answered ${answer.statusCode}`);
  });
  await dispatcher.close();
  return seconds;
}

async function postWithAxios(task: PosterTask): Promise<number> {
  const { urls, headers, body, amount, concurrency, databaseUrl, connections } = task;
  const pool = new Pool({ connectionString: databaseUrl, max: connections });
  await pool.query(`DROP TABLE IF EXISTS bench_outbox`);
  await pool.query(`CREATE TABLE bench_outbox (id bigint PRIMARY KEY, url text NOT NULL, body text NOT NULL, state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0, last_status integer, finished_at timestamptz)`);
  await pool.query(
    `INSERT INTO bench_outbox (id, url, body, state)
     SELECT n, ($1::text[])[1 + n % cardinality($1::text[])], $2, 'pending' FROM generate_series(0, $3 - 1) AS n`,
    [urls, body, amount],
  );
  const startedAt = performance.now();
  const { rows } = await pool.query<{ id: string; url: string; body: string }>(
    `SELECT id, url, body FROM bench_outbox`,
  );
  const readSeconds = (performance.now() - startedAt) / 1_000;
  const seconds = await repeat(amount, concurrency, async (index) => {
    const row = rows[index];
    if (row === undefined) throw new Error('A row is missing');
    const { status } = await axios.post(row.url, row.body, { headers, responseType: 'text' });
    await pool.query(
      `UPDATE bench_outbox SET state = 'delivered', attempts = attempts + 1, last_status = $2, finished_at = now() WHERE id = $1`,
      [row.id, status],
    );
  });
  await pool.end();
  return readSeconds + seconds;
}

/** @returns seconds until all have ended */
async function repeat(amount: number, concurrency: number, work: (index: number) => Promise<void>): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const worker = async () => {
    for (let index = next++; index < amount; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (performance.now() - startedAt) / 1_000;
}
