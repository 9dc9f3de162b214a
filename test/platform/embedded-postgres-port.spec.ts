import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/database/embedded-postgres/embedded-postgres.js';
import { findRunningPostgres } from '../../src/platform/database/embedded-postgres/running-postgres.js';
import { ServerLog } from '../../src/platform/database/embedded-postgres/server-log.js';
import { startServer } from '../../src/platform/database/embedded-postgres/server.js';

// Real clusters are made here, which takes a busy machine seconds.
jest.setTimeout(90_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lyceum-port-'));
  chmodSync(folder, 0o711);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDirectory: path.join(folder, 'data'), isDurable: false, log: () => undefined });
}

/** Resolves to the port. */
async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('the port of the embedded PostgreSQL', () => {
  it('takes another port when somebody was faster', async () => {
    const { clusterDirectory, binariesDirectory, logFile, stop } = await start();
    await stop();
    const rival = createServer();
    const taken = await listen(rival);
    const free = createServer();
    const port = await listen(free);
    await new Promise((resolve) => free.close(resolve));
    const ports = [taken, taken, port];
    const { uid, gid } = statSync(clusterDirectory);
    const server = await startServer({
      account: { name: 'owner', uid, gid },
      clusterDirectory,
      binariesDirectory,
      isDurable: false,
      maxConnections: 20,
      serverLog: new ServerLog(logFile, 10),
      choosePort: () => Promise.resolve(ports.shift() ?? 0),
    });
    expect(server.port).toBe(port);
    await server.stop();
    await new Promise((resolve) => rival.close(resolve));
  });

  it('is found by commands that work beside it, who tell their password to nobody else', async () => {
    const postgres = await start();
    expect(await findRunningPostgres(postgres.dataDirectory)).toBe(postgres.connectionString);
    const statusFile = path.join(postgres.clusterDirectory, 'postmaster.pid');
    const status = readFileSync(statusFile, 'utf8');
    await postgres.stop();

    let visits = 0;
    const impostor = createServer((socket) => {
      visits += 1;
      socket.destroy();
    });
    await listen(impostor, Number(new URL(postgres.connectionString).port));
    writeFileSync(statusFile, status.replace(/^\d+/, String(process.pid)));
    expect(await findRunningPostgres(postgres.dataDirectory)).toBeUndefined();
    expect(visits).toBe(0);
    await new Promise((resolve) => impostor.close(resolve));
  });
});
