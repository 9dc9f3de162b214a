import { Directory, type Inode, OpenDirectory, wasi } from '@bjorn3/browser_wasi_shim';
import { type FileQuota, MemoryFile } from './memory-file.js';

const allRights = (1n << 30n) - 1n;

/** A directory that lives in memory; new entries count against the quota. Without a quota nothing can be made in it. */
export class MemoryDirectory extends Directory {
  constructor(
    contents: Map<string, Inode>,
    readonly quota?: FileQuota,
  ) {
    super(contents);
  }

  override path_open(): { ret: number; fd_obj: OpenMemoryDirectory } {
    return { ret: wasi.ERRNO_SUCCESS, fd_obj: new OpenMemoryDirectory(this) };
  }

  override create_entry_for_path(path: string, isDirectory: boolean): { ret: number; entry: Inode | null } {
    if (this.quota === undefined) return { ret: wasi.ERRNO_ROFS, entry: null };
    if (path.length > 4096) return { ret: wasi.ERRNO_NAMETOOLONG, entry: null };
    const names = resolve(path);
    const name = names.pop();
    const parent = descend(this, names);
    if (name === undefined || !(parent instanceof MemoryDirectory)) return { ret: wasi.ERRNO_NOENT, entry: null };
    if (!this.quota.take(0, 1)) return { ret: wasi.ERRNO_NOSPC, entry: null };
    const entry = isDirectory
      ? new MemoryDirectory(new Map(), this.quota)
      : new MemoryFile(new Uint8Array(0), this.quota);
    parent.contents.set(name, entry);
    return { ret: wasi.ERRNO_SUCCESS, entry };
  }

  find(path: string): Inode | undefined {
    return descend(this, resolve(path));
  }

  remove(path: string): void {
    const names = resolve(path);
    const name = names.pop();
    const parent = descend(this, names);
    if (name !== undefined && parent instanceof Directory) parent.contents.delete(name);
  }

  /** All files and directories below, with their paths; directories come before what they hold. */
  *walk(prefix = ''): Generator<[path: string, entry: Inode]> {
    for (const [name, entry] of this.contents) {
      yield [prefix + name, entry];
      if (entry instanceof MemoryDirectory) yield* entry.walk(`${prefix}${name}/`);
    }
  }
}

export class OpenMemoryDirectory extends OpenDirectory {
  /** What the directory held when its reading began; the shim would list it anew for each entry. */
  #listed: [name: string, entry: Inode][] = [];

  /** @param mountedAt path under which the interpreter finds the directory from its start */
  constructor(
    dir: MemoryDirectory,
    private readonly mountedAt?: string,
  ) {
    super(dir);
  }

  override fd_prestat_get() {
    return this.mountedAt === undefined
      ? { ret: wasi.ERRNO_BADF, prestat: null }
      : { ret: wasi.ERRNO_SUCCESS, prestat: wasi.Prestat.dir(this.mountedAt) };
  }

  override fd_readdir_single(cookie: bigint) {
    const next = cookie + 1n;
    if (cookie < 2n) {
      this.#listed = [...this.dir.contents];
      const name = cookie === 0n ? '.' : '..';
      return { ret: wasi.ERRNO_SUCCESS, dirent: new wasi.Dirent(next, this.dir.ino, name, wasi.FILETYPE_DIRECTORY) };
    }
    const [name, entry] = this.#listed[Number(cookie) - 2] ?? [];
    if (name === undefined || entry === undefined) return { ret: wasi.ERRNO_SUCCESS, dirent: null };
    return { ret: wasi.ERRNO_SUCCESS, dirent: new wasi.Dirent(next, entry.ino, name, entry.stat().filetype) };
  }

  /** Without rights to hand on, the C library would open every file without the right to write. */
  override fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_DIRECTORY, 0);
    fdstat.fs_rights_base = fdstat.fs_rights_inherited = allRights;
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  /** The shim's own reports success when there already is such a directory. */
  override path_create_directory(path: string): number {
    if (this.path_lookup(path, 0).inode_obj !== null) return wasi.ERRNO_EXIST;
    return super.path_create_directory(path);
  }
}

function descend(start: Inode, names: string[]): Inode | undefined {
  return names.reduce<Inode | undefined>(
    (inode, name) => (inode instanceof Directory ? inode.contents.get(name) : undefined),
    start,
  );
}

/** The names on a path; the shim has refused paths that leave the directory before. */
function resolve(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}
