import path from 'node:path';
import { Readable } from 'node:stream';
import type { FileEntry, Stats } from 'ssh2';
import type { SftpConfig } from '../file-config.js';
import { isPlainName, unfinishedName } from '../file-names.policy.js';
import { maxListed, tooManyListed, type FileStore, type StoredFile } from './file-store.js';
import { SftpConnection, type SftpLogin, type SftpOptions } from './sftp-connection.js';

const regularFile = 0o100000;
const fileType = 0o170000;
const endOfFile = 1;
const noSuchFile = 2;
/** Read or written by one request, as far as the server takes so much. */
const chunkBytes = 65_536;

/** A folder of an SFTP server. */
export class SftpStore implements FileStore {
  readonly place: string;

  private constructor(
    private readonly connection: SftpConnection,
    private readonly folder: string,
    host: string,
  ) {
    this.place = `${folder} of ${host}`;
  }

  static async open(config: SftpConfig, login: SftpLogin, options: SftpOptions): Promise<SftpStore> {
    return new SftpStore(await SftpConnection.open(config, login, options), config.path, config.host);
  }

  async *list(): AsyncIterable<StoredFile> {
    let listed = 0;
    const handle = await this.connection.ask<Buffer>((sftp, done) => sftp.opendir(this.folder, done));
    try {
      for (;;) {
        const entries = await this.#entries(handle);
        if (entries === undefined) return;
        // An answer without any could be followed by others for ever.
        listed += Math.max(1, entries.length);
        if (listed > maxListed) throw tooManyListed(this.place);
        for (const { filename, attrs } of entries) {
          if (isPlainName(filename) && isRegular(attrs)) yield describe(filename, attrs);
        }
      }
    } finally {
      await this.#release(handle);
    }
  }

  async stat(name: string): Promise<StoredFile | undefined> {
    try {
      const attrs = await this.connection.ask<Stats>((sftp, done) => sftp.stat(this.#at(name), done));
      return isRegular(attrs) ? describe(name, attrs) : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async read({ name }: StoredFile): Promise<Readable> {
    const handle = await this.connection.ask<Buffer>((sftp, done) => sftp.open(this.#at(name), 'r', done));
    return Readable.from(this.#chunks(handle), { objectMode: false, highWaterMark: chunkBytes });
  }

  async write(name: string, body: Buffer): Promise<void> {
    const unfinished = this.#at(unfinishedName(name));
    const handle = await this.connection.ask<Buffer>((sftp, done) => sftp.open(unfinished, 'w', done));
    for (let at = 0; at < body.length; at += chunkBytes) {
      const length = Math.min(chunkBytes, body.length - at);
      await this.connection.ask<void>((sftp, done) => sftp.write(handle, body, at, length, at, done));
    }
    // Some servers only say now that there is no room for it.
    await this.connection.ask<void>((sftp, done) => sftp.close(handle, done));
    await this.#replace(unfinished, this.#at(name));
  }

  async move(name: string, folder: string, newName: string): Promise<void> {
    let at = this.folder;
    for (const part of folder.split('/').filter((each) => each !== '' && each !== '.')) {
      at = path.posix.join(at, part);
      const made = at;
      // It is there already; if not, the move says so.
      await this.connection.ask<void>((sftp, done) => sftp.mkdir(made, done)).catch(() => undefined);
    }
    await this.#replace(this.#at(name), path.posix.join(at, newName));
  }

  async remove(name: string): Promise<void> {
    await this.#unlink(this.#at(name));
  }

  close(): Promise<void> {
    this.connection.close();
    return Promise.resolve();
  }

  #at(name: string): string {
    return path.posix.join(this.folder, name);
  }

  /** @returns undefined at the end */
  async #entries(handle: Buffer): Promise<FileEntry[] | undefined> {
    try {
      return await this.connection.ask<FileEntry[]>((sftp, done) => sftp.readdir(handle, done));
    } catch (error) {
      if (codeOf(error) === endOfFile) return undefined;
      throw error;
    }
  }

  async *#chunks(handle: Buffer): AsyncGenerator<Buffer, void, void> {
    try {
      for (let at = 0; ;) {
        const chunk = await this.connection.ask<Buffer>((sftp, done) => {
          const buffer = Buffer.allocUnsafe(chunkBytes);
          sftp.read(handle, buffer, 0, chunkBytes, at, (error, length) => done(error, buffer.subarray(0, length)));
        });
        if (chunk.length === 0) return;
        at += chunk.length;
        yield chunk;
      }
    } finally {
      await this.#release(handle);
    }
  }

  /** Of a connection that is broken there is nothing left to give back. */
  async #release(handle: Buffer): Promise<void> {
    await this.connection.ask<void>((sftp, done) => sftp.close(handle, done)).catch(() => undefined);
  }

  /** Plain SFTP refuses to replace; the extension of OpenSSH does it in one step, other servers in two. */
  async #replace(from: string, to: string): Promise<void> {
    try {
      await this.connection.ask<void>((sftp, done) => sftp.ext_openssh_rename(from, to, done));
    } catch (error) {
      if (!(error instanceof Error) || !/not support|Server does not support/i.test(error.message)) throw error;
      await this.#unlink(to);
      await this.connection.ask<void>((sftp, done) => sftp.rename(from, to, done));
    }
  }

  async #unlink(file: string): Promise<void> {
    await this.connection
      .ask<void>((sftp, done) => sftp.unlink(file, done))
      .catch((error: unknown) => {
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
  return codeOf(error) === noSuchFile;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
