import { Fd, Inode, wasi } from '@bjorn3/browser_wasi_shim';

/** How much the files of one interpreter may hold. Counted anew when it seems used up, so deleted files give their room back. */
export class FileQuota {
  #bytes = 0;
  #entries = 0;

  /** @param measure what exists at the moment, as [bytes, files and directories] */
  constructor(
    private readonly maxBytes: number,
    private readonly maxEntries: number,
    private readonly measure: () => [bytes: number, entries: number],
  ) {}

  /** Whether there is room; if so it is taken. */
  take(bytes: number, entries: number): boolean {
    if (this.#bytes + bytes > this.maxBytes || this.#entries + entries > this.maxEntries) {
      [this.#bytes, this.#entries] = this.measure();
      if (this.#bytes + bytes > this.maxBytes || this.#entries + entries > this.maxEntries) return false;
    }
    this.#bytes += bytes;
    this.#entries += entries;
    return true;
  }
}

/** A file that lives in memory. Without a quota it is read-only. */
export class MemoryFile extends Inode {
  #content: Uint8Array;
  #size: number;
  /** Changes with every change of the content. */
  version = 0;

  constructor(
    content: Uint8Array,
    readonly quota?: FileQuota,
  ) {
    super();
    this.#content = content;
    this.#size = content.length;
  }

  get bytes(): Uint8Array {
    return this.#content.subarray(0, this.#size);
  }

  path_open(oflags: number, rights: bigint, fdFlags: number): { ret: number; fd_obj: Fd | null } {
    const isWriting = (rights & BigInt(wasi.RIGHTS_FD_WRITE)) !== 0n || (oflags & wasi.OFLAGS_TRUNC) !== 0;
    if (isWriting && this.quota === undefined) return { ret: wasi.ERRNO_ROFS, fd_obj: null };
    if ((oflags & wasi.OFLAGS_TRUNC) !== 0) this.resize(0);
    const isAppending = (fdFlags & wasi.FDFLAGS_APPEND) !== 0;
    return { ret: wasi.ERRNO_SUCCESS, fd_obj: new OpenMemoryFile(this, isWriting, isAppending) };
  }

  stat(): wasi.Filestat {
    return new wasi.Filestat(this.ino, wasi.FILETYPE_REGULAR_FILE, BigInt(this.#size));
  }

  /** Returns a WASI error number: 0, NOSPC when the quota is used up, ROFS when the file is read-only. */
  write(bytes: Uint8Array, position: number): number {
    if (this.quota === undefined) return wasi.ERRNO_ROFS;
    const end = position + bytes.length;
    if (end > this.#size) {
      const errno = this.resize(end);
      if (errno !== wasi.ERRNO_SUCCESS) return errno;
    }
    this.#content.set(bytes, position);
    this.version += 1;
    return wasi.ERRNO_SUCCESS;
  }

  /** Returns a WASI error number like `write`. Grows by doubling, so that many small writes stay cheap. */
  resize(size: number): number {
    if (this.quota === undefined) return wasi.ERRNO_ROFS;
    if (size > this.#size && !this.quota.take(size - this.#size, 0)) return wasi.ERRNO_NOSPC;
    if (size > this.#content.length) {
      const grown = new Uint8Array(Math.max(size, Math.min(2 * this.#content.length, size + 1_048_576)));
      grown.set(this.bytes);
      this.#content = grown;
    } else {
      this.#content.fill(0, size, this.#size);
    }
    this.#size = size;
    this.version += 1;
    return wasi.ERRNO_SUCCESS;
  }
}

class OpenMemoryFile extends Fd {
  #position = 0;

  constructor(
    readonly file: MemoryFile,
    private readonly isWritable: boolean,
    private readonly isAppending: boolean,
  ) {
    super();
  }

  override fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_REGULAR_FILE, this.isAppending ? wasi.FDFLAGS_APPEND : 0);
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  override fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: this.file.stat() };
  }

  override fd_filestat_set_size(size: bigint): number {
    if (!this.isWritable) return wasi.ERRNO_BADF;
    return this.file.resize(Number(size));
  }

  override fd_filestat_set_times(): number {
    return wasi.ERRNO_SUCCESS;
  }

  override fd_allocate(offset: bigint, length: bigint): number {
    if (!this.isWritable) return wasi.ERRNO_BADF;
    const end = Number(offset + length);
    return end > this.file.bytes.length ? this.file.resize(end) : wasi.ERRNO_SUCCESS;
  }

  override fd_read(size: number) {
    const data = this.file.bytes.slice(this.#position, this.#position + size);
    this.#position += data.length;
    return { ret: wasi.ERRNO_SUCCESS, data };
  }

  override fd_pread(size: number, offset: bigint) {
    return { ret: wasi.ERRNO_SUCCESS, data: this.file.bytes.slice(Number(offset), Number(offset) + size) };
  }

  override fd_write(data: Uint8Array) {
    if (!this.isWritable) return { ret: wasi.ERRNO_BADF, nwritten: 0 };
    const position = this.isAppending ? this.file.bytes.length : this.#position;
    const ret = this.file.write(data, position);
    if (ret === wasi.ERRNO_SUCCESS) this.#position = position + data.length;
    return { ret, nwritten: ret === wasi.ERRNO_SUCCESS ? data.length : 0 };
  }

  override fd_pwrite(data: Uint8Array, offset: bigint) {
    if (!this.isWritable) return { ret: wasi.ERRNO_BADF, nwritten: 0 };
    const ret = this.file.write(data, Number(offset));
    return { ret, nwritten: ret === wasi.ERRNO_SUCCESS ? data.length : 0 };
  }

  override fd_seek(offset: bigint, whence: number) {
    const base = new Map([
      [wasi.WHENCE_SET, 0],
      [wasi.WHENCE_CUR, this.#position],
      [wasi.WHENCE_END, this.file.bytes.length],
    ]).get(whence);
    const position = (base ?? Number.NaN) + Number(offset);
    if (!Number.isSafeInteger(position) || position < 0) return { ret: wasi.ERRNO_INVAL, offset: 0n };
    this.#position = position;
    return { ret: wasi.ERRNO_SUCCESS, offset: BigInt(position) };
  }

  override fd_tell() {
    return { ret: wasi.ERRNO_SUCCESS, offset: BigInt(this.#position) };
  }
}
