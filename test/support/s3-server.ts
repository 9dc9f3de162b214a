import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

/** The server knows this account only. */
export const s3Account = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** A server process that speaks S3, with one bucket on the disk. */
export class S3Server {
  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    readonly url: string,
    readonly bucket: string,
  ) {}

  static async start(bucket = 'exports'): Promise<S3Server> {
    const directory = mkdtempSync(path.join(tmpdir(), 'lyceum-s3-'));
    const port = await freePort();
    const program = createRequire(path.resolve('package.json')).resolve('s3rver/bin/s3rver.js');
    const settings = ['-d', directory, '-a', '127.0.0.1', '-p', String(port), '--configure-bucket', bucket, '--silent'];
    const child = spawn(process.execPath, ['--no-deprecation', program, ...settings], { stdio: 'ignore' });
    const server = new S3Server(child, directory, `http://127.0.0.1:${port}`, bucket);
    await waitFor(async () => (await fetch(server.url)).status > 0, { what: 'the S3 server', timeoutMs: 60_000 });
    return server;
  }

  client(): S3Client {
    return new S3Client({
      endpoint: this.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: s3Account,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL');
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
