import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/database/embedded-postgres/embedded-postgres.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { arrivalsAfter, ChaosRobot, duplicatesIn } from './chaos-robot.js';

jest.setTimeout(300_000);

const maxInFlight = 20;
const resumesWithinMs = 30_000;

/** An address that stays while the server behind it comes and goes. */
class StableAddress {
  private target = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<StableAddress> {
    const server = createServer();
    const address = new StableAddress(server);
    server.on('connection', (socket) => {
      const upstream = connect(address.target, '127.0.0.1');
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        address.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return address;
  }

  /** The URL of a server, by way of this address. */
  lead(url: string): string {
    const changed = new URL(url);
    this.target = Number(changed.port);
    changed.port = String((this.server.address() as AddressInfo).port);
    return changed.toString();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('deliveries while Postgres is restarted', () => {
  let directory: string;
  let postgres: EmbeddedPostgres;
  let address: StableAddress;
  let receiver: WebhookReceiver;
  let robot: ChaosRobot;
  const startPostgres = () =>
    startEmbeddedPostgres({ dataDirectory: path.join(directory, 'data'), log: () => undefined, maxConnections: 100 });
  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'lyceum-restart-'));
    chmodSync(directory, 0o711);
    [postgres, address, receiver] = await Promise.all([startPostgres(), StableAddress.open(), WebhookReceiver.start()]);
    robot = new ChaosRobot(address.lead(postgres.connectionString));
    await robot.start();
  });
  afterAll(async () => {
    await robot.dispose();
    await receiver.stop();
    await address.close();
    await postgres.discard();
    rmSync(directory, { recursive: true, force: true });
  });

  it('all arrive, and the process goes on by itself', async () => {
    await robot.subscribe(receiver, ['/a']);
    receiver.reactAlways({ delayMs: 20 });
    const accepted: string[] = [];
    const enough = new AbortController();
    const load = (async () => {
      while (!enough.signal.aborted) {
        // Refused while the database is away; only what was accepted is promised.
        const eventId = await robot.publish(accepted.length).catch(() => undefined);
        if (eventId !== undefined) accepted.push(eventId);
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    await waitFor(() => receiver.deliveriesTo('/a').length >= 10, { timeoutMs: resumesWithinMs });
    await postgres.stop();
    const before = receiver.deliveriesTo('/a').length;
    const acceptedBefore = accepted.length;
    postgres = await startPostgres();
    address.lead(postgres.connectionString);
    await waitFor(() => receiver.deliveriesTo('/a').length > before + 10, { timeoutMs: resumesWithinMs });
    await waitFor(() => accepted.length > acceptedBefore + 10, { timeoutMs: resumesWithinMs });
    enough.abort();
    await load;

    const client = new Client({ connectionString: postgres.connectionString });
    await client.connect();
    const arrivals = await arrivalsAfter(client, receiver, '/a');
    await client.end();
    for (const eventId of accepted) expect(arrivals.has(eventId)).toBe(true);
    expect(duplicatesIn(arrivals)).toBeLessThanOrEqual(maxInFlight);
    // Not only the sweeps work again, but the wake-ups of the job queue too: those that no process has taken are taken.
    await waitFor(async () => (await countUntakenJobs(postgres)) === 0, { timeoutMs: resumesWithinMs });
  });
});

async function countUntakenJobs({ connectionString }: EmbeddedPostgres): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT count(*) AS count FROM graphile_worker.jobs WHERE locked_at IS NULL`);
    return Number(rows[0].count);
  } finally {
    await client.end();
  }
}
