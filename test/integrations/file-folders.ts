import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { S3Server, s3Account } from '../support/s3-server.js';
import { SftpServer } from '../support/sftp-server.js';

/** A place for files, seen from its owner's side. */
export interface Folder {
  /** Members of a definition that lead there. */
  definition(): { authType: string; authConfig: object; config: Record<string, unknown> };
  put(name: string, content: string | Buffer): Promise<void>;
  get(name: string): Promise<Buffer>;
  /** Names, with the folder below it in which they are. */
  names(): Promise<string[]>;
  stop(): Promise<void>;
}

abstract class DiskFolder implements Folder {
  protected readonly root = mkdtempSync(path.join(tmpdir(), 'lyceum-files-'));
  #seconds = 0;

  abstract definition(): ReturnType<Folder['definition']>;

  get path(): string {
    return path.join(this.root, 'in');
  }

  /** Each file is a second older than the next: SFTP knows no shorter times. */
  put(name: string, content: string | Buffer): Promise<void> {
    mkdirSync(this.path, { recursive: true });
    const file = path.join(this.path, name);
    writeFileSync(file, content);
    this.#seconds += 1;
    utimesSync(file, 1_700_000_000, 1_700_000_000 + this.#seconds);
    return Promise.resolve();
  }

  get(name: string): Promise<Buffer> {
    return Promise.resolve(readFileSync(path.join(this.path, name)));
  }

  names(): Promise<string[]> {
    const entries = readdirSync(this.path, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return Promise.resolve(
      files.map((entry) => path.relative(this.path, path.join(entry.parentPath, entry.name))).toSorted(),
    );
  }

  stop(): Promise<void> {
    rmSync(this.root, { recursive: true, force: true });
    return Promise.resolve();
  }
}

export class LocalFolder extends DiskFolder {
  get filesRoot(): string {
    return this.root;
  }

  definition() {
    return { authType: 'none', authConfig: {}, config: { provider: 'local', path: 'in' } };
  }
}

export class SftpFolder extends DiskFolder {
  private constructor(readonly server: SftpServer) {
    super();
  }

  static async start(): Promise<SftpFolder> {
    return new SftpFolder(await SftpServer.start());
  }

  definition() {
    const { port, fingerprint, username, privateKey, passphrase } = this.server;
    return {
      authType: 'basic',
      authConfig: { username, privateKey, password: passphrase },
      config: { provider: 'sftp', host: '127.0.0.1', port, hostKey: fingerprint, path: this.path },
    };
  }

  override async stop(): Promise<void> {
    await this.server.stop();
    await super.stop();
  }
}

export class S3Folder implements Folder {
  private constructor(readonly server: S3Server) {}

  static async start(): Promise<S3Folder> {
    return new S3Folder(await S3Server.start());
  }

  definition() {
    const { url, bucket } = this.server;
    return {
      authType: 'basic',
      authConfig: { username: s3Account.accessKeyId, password: s3Account.secretAccessKey },
      config: { provider: 's3', bucket, region: 'us-east-1', endpoint: url, forcePathStyle: true, path: 'in' },
    };
  }

  async put(name: string, content: string | Buffer): Promise<void> {
    await this.server
      .client()
      .send(new PutObjectCommand({ Bucket: this.server.bucket, Key: `in/${name}`, Body: content }));
  }

  async get(name: string): Promise<Buffer> {
    const command = new GetObjectCommand({ Bucket: this.server.bucket, Key: `in/${name}` });
    const { Body } = await this.server.client().send(command);
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async names(): Promise<string[]> {
    const command = new ListObjectsV2Command({ Bucket: this.server.bucket, Prefix: 'in/' });
    const { Contents = [] } = await this.server.client().send(command);
    return Contents.map(({ Key = '' }) => Key.slice(3)).toSorted();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
