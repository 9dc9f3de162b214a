import { Fd, type Inode, WASI, WASIProcExit, wasi } from '@bjorn3/browser_wasi_shim';
import { MemoryDirectory, OpenMemoryDirectory } from './memory-directory.js';
import { FileQuota, MemoryFile } from './memory-file.js';

export { WASIProcExit };

const maxOpenFiles = 256;
const maxEntries = 2_000;
const nanosecondsPerMillisecond = 1_000_000n;

type Import = (...operands: never[]) => unknown;

export interface WasiHostOptions {
  args: string[];
  stdin: Fd;
  stdout: Fd;
  stderr: Fd;
  /** Read-only directories by the path where the interpreter finds them. */
  mounts: Map<string, MemoryDirectory>;
  memory: WebAssembly.Memory;
  maxFileBytes: number;
  /** Called on every call out of the interpreter. */
  onCall: () => void;
}

/**
 * The whole world of one interpreter: WASI preview 1 in JavaScript, made of objects in this thread's memory. No function here
 * calls the operating system, so there is no host file, process, environment or socket that a program could name; only clocks,
 * random bytes and sleeping are real.
 *
 * Built on browser_wasi_shim. Replaced are the parts where a hostile program could grow the host's memory or make it throw (files,
 * directories, descriptors, sockets) and poll_oneoff, which in the shim takes absolute times for relative ones.
 */
export class WasiHost {
  readonly imports: Record<string, Record<string, unknown>>;
  /** The program's own directory, `/work`. */
  readonly work: MemoryDirectory;
  readonly #wasi: WASI;
  readonly #options: WasiHostOptions;

  constructor(options: WasiHostOptions) {
    this.#options = options;
    const quota = new FileQuota(options.maxFileBytes, maxEntries, () => this.#measure());
    this.work = new MemoryDirectory(new Map(), quota);
    const descriptors = [
      options.stdin,
      options.stdout,
      options.stderr,
      new OpenMemoryDirectory(this.work, '/work'),
      ...[...options.mounts].map(([path, directory]) => new OpenMemoryDirectory(directory, path)),
    ];
    this.#wasi = new WASI(options.args, [], descriptors, { debug: false });
    const functions = { ...this.#wasi.wasiImport, ...this.#replacements() } as Record<string, Import>;
    this.imports = {
      wasi_snapshot_preview1: Object.fromEntries(
        Object.entries(functions).map(([name, call]) => [name, this.#contained(call)]),
      ),
      env: { memory: options.memory },
    };
  }

  /**
   * Runs the program to its end and returns its exit code.
   *
   * @throws WebAssembly.RuntimeError or RangeError when the interpreter crashes, for instance because its stack is used up
   */
  start(instance: WebAssembly.Instance): number {
    return this.#wasi.start(instance as unknown as Parameters<WASI['start']>[0]);
  }

  /** Makes a file in `/work` before or while the program runs. */
  writeFile(path: string, bytes: Uint8Array): void {
    const created = this.work.create_entry_for_path(path, false).entry;
    if (created instanceof MemoryFile) created.write(bytes, 0);
  }

  readFile(path: string): Uint8Array {
    const entry = this.work.find(path);
    return entry instanceof MemoryFile ? entry.bytes : new Uint8Array(0);
  }

  /** An exception of ours must not unwind the interpreter: the program sees an I/O error instead. */
  #contained(call: Import): Import {
    return (...operands) => {
      this.#options.onCall();
      try {
        return call(...operands) ?? wasi.ERRNO_SUCCESS;
      } catch (error) {
        if (error instanceof WASIProcExit) throw error;
        return wasi.ERRNO_IO;
      }
    };
  }

  #replacements(): Record<string, Import> {
    const unsupported = () => wasi.ERRNO_NOTSUP;
    const { clock_time_get: readClock } = this.#wasi.wasiImport as Record<string, (...operands: unknown[]) => unknown>;
    return {
      path_open: (...operands: unknown[]) => this.#openPath(operands),
      /** The shim knows no processor time; the time since the start stands for it. */
      clock_time_get: (clock: number, ...rest: unknown[]) =>
        readClock?.(clock === wasi.CLOCKID_REALTIME ? clock : wasi.CLOCKID_MONOTONIC, ...rest),
      poll_oneoff: (...operands: [number, number, number, number]) => this.#poll(...operands),
      sock_accept: unsupported,
      sock_recv: unsupported,
      sock_send: unsupported,
      sock_shutdown: unsupported,
      sched_yield: () => wasi.ERRNO_SUCCESS,
    };
  }

  /** Gives the lowest free descriptor, as POSIX does; the shim would never use a number again. */
  #openPath(operands: unknown[]): unknown {
    const { fds } = this.#wasi;
    if (fds.filter(Boolean).length >= maxOpenFiles) return wasi.ERRNO_MFILE;
    const errno = this.#wasi.wasiImport['path_open']?.(...operands);
    if (errno !== wasi.ERRNO_SUCCESS) return errno;
    const opened = fds.pop() as Fd;
    const free = fds.findIndex((fd) => (fd as Fd | undefined) === undefined);
    const descriptor = free === -1 ? fds.length : free;
    fds[descriptor] = opened;
    new DataView(this.#options.memory.buffer).setUint32(operands.at(-1) as number, descriptor, true);
    return wasi.ERRNO_SUCCESS;
  }

  /** Sleeps until the first clock of the subscriptions; descriptors are always ready, as nothing here blocks. */
  #poll(subscriptions: number, events: number, count: number, writtenAt: number): number {
    if (count === 0) return wasi.ERRNO_INVAL;
    const view = new DataView(this.#options.memory.buffer);
    const entries = Array.from({ length: Math.min(count, maxOpenFiles) }, (_, index) => {
      const at = subscriptions + index * 48;
      const type = view.getUint8(at + 8);
      return { at, type, waitMs: type === wasi.EVENTTYPE_CLOCK ? waitMs(view, at + 16) : 0 };
    });
    const shortestMs = Math.min(...entries.map(({ waitMs: wait }) => wait));
    if (shortestMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, shortestMs);
    const ready = entries.filter(({ waitMs: wait }) => wait <= shortestMs);
    for (const [index, { at, type }] of ready.entries()) {
      const event = events + index * 32;
      for (let offset = 0; offset < 32; offset += 8) view.setBigUint64(event + offset, 0n, true);
      view.setBigUint64(event, view.getBigUint64(at, true), true);
      view.setUint8(event + 10, type);
    }
    view.setUint32(writtenAt, ready.length, true);
    return wasi.ERRNO_SUCCESS;
  }

  #measure(): [bytes: number, entries: number] {
    const entries = new Set<Inode>([...this.work.walk()].map(([, entry]) => entry));
    const count = entries.size;
    for (const fd of this.#wasi.fds) if (isOpenFile(fd)) entries.add(fd.file);
    let bytes = 0;
    for (const entry of entries) if (entry instanceof MemoryFile) bytes += entry.bytes.length;
    return [bytes, count];
  }
}

/** Milliseconds until the clock subscription at `at`: id u32, timeout u64, precision u64, flags u16. */
function waitMs(view: DataView, at: number): number {
  const timeout = view.getBigUint64(at + 8, true);
  const isAbsolute = (view.getUint16(at + 24, true) & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) !== 0;
  if (!isAbsolute) return Number(timeout) / Number(nanosecondsPerMillisecond);
  const nowMs = view.getUint32(at, true) === wasi.CLOCKID_REALTIME ? Date.now() : performance.now();
  return Math.max(0, Number(timeout) / Number(nanosecondsPerMillisecond) - nowMs);
}

function isOpenFile(fd: Fd | undefined): fd is Fd & { file: MemoryFile } {
  return fd !== undefined && 'file' in fd && fd.file instanceof MemoryFile;
}
