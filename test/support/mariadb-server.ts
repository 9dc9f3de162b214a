import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

/** Whether this machine has a MariaDB to run; what needs one is skipped otherwise, except in CI. */
export const hasMariadb = spawnSync('mariadbd', ['--version']).status === 0;

export interface ServerCertificate {
  key: string;
  certificate: string;
}

/** A real MariaDB of the test's own, with a throw-away data directory. */
export class MariadbServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    readonly port: number,
  ) {}

  /** @param tls what it offers TLS with */
  static async start(tls?: ServerCertificate): Promise<MariadbServer> {
    const directory = mkdtempSync(path.join(tmpdir(), 'lyceum-mariadb-'));
    chmodSync(directory, 0o755);
    const data = path.join(directory, 'data');
    const account = userInfo().username;
    const install = [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ];
    const installed = spawnSync('mariadb-install-db', [...install, `--user=${account}`], { encoding: 'utf8' });
    if (installed.status !== 0) throw new Error(`mariadb-install-db failed: ${installed.stdout}${installed.stderr}`);
    const port = await freePort();
    const settings = [
      '--no-defaults',
      `--datadir=${data}`,
      `--user=${account}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${path.join(directory, 'socket')}`,
      `--pid-file=${path.join(directory, 'pid')}`,
      '--innodb-buffer-pool-size=32M',
      '--innodb-flush-log-at-trx-commit=0',
      '--skip-log-bin',
    ];
    if (tls !== undefined) {
      const [key, certificate] = [path.join(directory, 'key.pem'), path.join(directory, 'certificate.pem')];
      writeFileSync(key, tls.key);
      writeFileSync(certificate, tls.certificate);
      settings.push(`--ssl-key=${key}`, `--ssl-cert=${certificate}`);
    }
    const child = spawn('mariadbd', settings, { stdio: 'ignore' });
    const server = new MariadbServer(child, directory, port);
    try {
      await waitFor(() => server.query('SELECT 1'), { timeoutMs: 60_000, what: 'mariadbd' });
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Runs statements as root. */
  async query(sql: string, database?: string): Promise<Record<string, unknown>[]> {
    const connection = await createConnection({
      host: '127.0.0.1',
      port: this.port,
      user: 'root',
      multipleStatements: true,
      ...(database !== undefined && { database }),
    });
    try {
      const [rows] = await connection.query(sql);
      return rows as Record<string, unknown>[];
    } finally {
      await connection.end();
    }
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL');
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
