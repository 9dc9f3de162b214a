import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Client, FileEntry, SFTPWrapper, Stats } from 'ssh2';
import { SyncFailure } from '../../sync-failure.js';
import type { SftpConfig } from '../file-config.js';
import { isPlainName, unfinishedName } from '../file-names.policy.js';
import type { FileStore, StoredFile } from './file-store.js';

const readyTimeoutMs = 20_000;
const regularFile = 0o100000;
const fileType = 0o170000;
const noSuchFile = 2;

export interface SftpLogin {
  username: string;
  /** Of the account, or of the private key when there is one. */
  password: string | undefined;
  privateKey: string | undefined;
}

/** A folder of an SFTP server. */
export class SftpStore implements FileStore {
  readonly place: string;

  private constructor(
    private readonly client: Client,
    private readonly sftp: SFTPWrapper,
    private readonly folder: string,
    host: string,
  ) {
    this.place = `${folder} of ${host}`;
  }

  /** @param socket a connection to the configured host that the guard has judged */
  static async open(config: SftpConfig, login: SftpLogin, socket: Socket): Promise<SftpStore> {
    const { default: ssh2 } = await import('ssh2');
    const client = new ssh2.Client();
    let presented = '';
    const { username, password, privateKey } = login;
    try {
      await new Promise<void>((settle, reject) => {
        client
          .once('ready', settle)
          .once('error', reject)
          .once('close', () => reject(new Error('Connection closed')));
        client.connect({
          sock: socket,
          username,
          ...(privateKey === undefined ? { password } : { privateKey, passphrase: password }),
          readyTimeout: readyTimeoutMs,
          keepaliveInterval: 15_000,
          hostVerifier: (key: Buffer) => {
            presented = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
            return config.hostKey === 'any' || config.hostKey.replace(/=+$/, '') === presented;
          },
        });
      });
      // What breaks while nothing is asked shows at the next question.
      client.on('error', () => undefined);
      const sftp = await promisify<SFTPWrapper>((done) => client.sftp(done))();
      return new SftpStore(client, sftp, config.path, config.host);
    } catch (error) {
      socket.destroy();
      const isOther = presented !== '' && config.hostKey !== 'any' && config.hostKey.replace(/=+$/, '') !== presented;
      if (!isOther) throw error;
      const message = `The server has another key than config.hostKey says, namely ${presented}; ask its operator which one is right`;
      throw new SyncFailure('configuration', message);
    }
  }

  async *list(): AsyncIterable<StoredFile> {
    const entries = await promisify<FileEntry[]>((done) => this.sftp.readdir(this.folder, done))();
    for (const { filename, attrs } of entries) {
      if (isPlainName(filename) && isRegular(attrs)) yield describe(filename, attrs);
    }
  }

  async stat(name: string): Promise<StoredFile | undefined> {
    try {
      const attrs = await promisify<Stats>((done) => this.sftp.stat(this.#at(name), done))();
      return isRegular(attrs) ? describe(name, attrs) : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  read({ name }: StoredFile): Promise<Readable> {
    return Promise.resolve(this.sftp.createReadStream(this.#at(name)) as unknown as Readable);
  }

  async write(name: string, body: Buffer): Promise<void> {
    const unfinished = this.#at(unfinishedName(name));
    const stream = this.sftp.createWriteStream(unfinished);
    stream.end(body);
    await finished(stream);
    await this.#replace(unfinished, this.#at(name));
  }

  async move(name: string, folder: string, newName: string): Promise<void> {
    let at = this.folder;
    for (const part of folder.split('/').filter((each) => each !== '' && each !== '.')) {
      at = path.posix.join(at, part);
      const made = at;
      // It is there already; if not, the move says so.
      await promisify<void>((done) => this.sftp.mkdir(made, done))().catch(() => undefined);
    }
    await this.#replace(this.#at(name), path.posix.join(at, newName));
  }

  async remove(name: string): Promise<void> {
    await this.#unlink(this.#at(name));
  }

  close(): Promise<void> {
    this.client.end();
    this.client.destroy();
    return Promise.resolve();
  }

  #at(name: string): string {
    return path.posix.join(this.folder, name);
  }

  /** Plain SFTP refuses to replace; the extension of OpenSSH does it in one step, other servers in two. */
  async #replace(from: string, to: string): Promise<void> {
    try {
      await promisify<void>((done) => this.sftp.ext_openssh_rename(from, to, done))();
    } catch (error) {
      if (!(error instanceof Error) || !/not support|Server does not support/i.test(error.message)) throw error;
      await this.#unlink(to);
      await promisify<void>((done) => this.sftp.rename(from, to, done))();
    }
  }

  async #unlink(file: string): Promise<void> {
    await promisify<void>((done) => this.sftp.unlink(file, done))().catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
}

function isRegular({ mode }: { mode: number }): boolean {
  return (mode & fileType) === regularFile;
}

function describe(name: string, { size, mtime }: { size: number; mtime: number }): StoredFile {
  return { name, size, version: String(mtime) };
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === noSuchFile;
}
