import { constants } from 'node:fs';
import { lstat, mkdir, open, opendir, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { SyncFailure } from '../../sync-failure.js';
import { isPlainName, unfinishedName } from '../file-names.policy.js';
import type { FileStore, StoredFile } from './file-store.js';

/** A folder of this machine below the root that the operator allows. What lies elsewhere is not reached, by links neither. */
export class LocalStore implements FileStore {
  private constructor(
    private readonly root: string,
    private readonly folder: string,
    readonly place: string,
  ) {}

  /** @param isMade whether the folder is made when it is not there */
  static async open(filesRoot: string, folder: string, isMade: boolean): Promise<LocalStore> {
    const root = await realpath(filesRoot);
    const wanted = path.join(root, folder);
    if (isMade) await makeFolder(root, wanted);
    return new LocalStore(root, inside(root, await realpath(wanted), folder), folder);
  }

  async *list(): AsyncIterable<StoredFile> {
    for await (const entry of await opendir(this.folder)) {
      if (!isPlainName(entry.name) || !(entry.isFile() || entry.isSymbolicLink())) continue;
      const found = await this.stat(entry.name);
      if (found !== undefined) yield found;
    }
  }

  async stat(name: string): Promise<StoredFile | undefined> {
    const where = path.join(this.folder, name);
    try {
      inside(this.root, await realpath(where), name);
      const found = await stat(where, { bigint: true });
      if (!found.isFile()) return undefined;
      return { name, size: Number(found.size), version: `${found.mtimeNs} ${found.ino}` };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async read({ name }: StoredFile): Promise<Readable> {
    const where = inside(this.root, await realpath(path.join(this.folder, name)), name);
    // It was no link a moment ago, and must be none now.
    const handle = await open(where, constants.O_RDONLY | constants.O_NOFOLLOW);
    return handle.createReadStream();
  }

  async write(name: string, body: Buffer): Promise<void> {
    const unfinished = path.join(this.folder, unfinishedName(name));
    await rm(unfinished, { force: true });
    const handle = await open(unfinished, 'wx');
    try {
      await handle.writeFile(body);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path.join(this.folder, name));
  }

  async move(name: string, folder: string, newName: string): Promise<void> {
    const target = path.join(this.folder, folder);
    await makeFolder(this.root, target);
    await rename(path.join(this.folder, name), path.join(target, newName));
  }

  async remove(name: string): Promise<void> {
    await rm(path.join(this.folder, name), { force: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** @throws SyncFailure when the real path is outside the root */
function inside(root: string, real: string, asked: string): string {
  if (real === root || real.startsWith(root + path.sep)) return real;
  throw new SyncFailure('configuration', `${asked} is a link that leads out of the folder that files may be in`);
}

/** Makes a folder step by step, so that none of the steps is a link that leads out. */
async function makeFolder(root: string, wanted: string): Promise<void> {
  let at = root;
  for (const part of path
    .relative(root, wanted)
    .split(path.sep)
    .filter((each) => each !== '')) {
    at = path.join(at, part);
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if ((await lstat(at)).isSymbolicLink()) inside(root, await realpath(at), path.relative(root, at));
  }
}
