import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import type { OutputBuffer } from './output-buffer.js';

/** Streams look like pipes: not seekable, not a terminal. */
abstract class Stream extends Fd {
  override fd_fdstat_get() {
    return { ret: wasi.ERRNO_SUCCESS, fdstat: new wasi.Fdstat(wasi.FILETYPE_UNKNOWN, 0) };
  }

  override fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: new wasi.Filestat(0n, wasi.FILETYPE_UNKNOWN, 0n) };
  }

  override fd_seek() {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n };
  }
}

export class InputStream extends Stream {
  bytes: Uint8Array = new Uint8Array(0);

  override fd_read(size: number) {
    const data = this.bytes.slice(0, size);
    this.bytes = this.bytes.subarray(size);
    return { ret: wasi.ERRNO_SUCCESS, data };
  }
}

export class OutputStream extends Stream {
  /** @param afterWrite called after each write; it may not return */
  constructor(
    private readonly buffer: OutputBuffer,
    private readonly afterWrite: () => void,
  ) {
    super();
  }

  override fd_write(data: Uint8Array) {
    this.buffer.append(data);
    this.afterWrite();
    return { ret: wasi.ERRNO_SUCCESS, nwritten: data.length };
  }
}
