import { MemoryDirectory } from './memory-directory.js';
import { MemoryFile } from './memory-file.js';

/** `bytes` null: a directory; absent: there is nothing any more. */
export interface FileChange {
  path: string;
  bytes?: Uint8Array | null;
}

/**
 * Keeps two interpreters' `/work` alike, as far as they look at it: what one changed goes with its next message to the other. So
 * a test can write a file that the student's function reads. The student's program text is left out; each side has its own.
 */
export class FileSync {
  /** Version of each file that the other side has; -1 for directories. */
  readonly #known = new Map<string, number>();

  constructor(
    private readonly directory: MemoryDirectory,
    private readonly except: string,
  ) {}

  changes(): FileChange[] {
    const changes: FileChange[] = [];
    const missing = new Set(this.#known.keys());
    for (const [path, entry] of this.directory.walk()) {
      if (path === this.except) continue;
      missing.delete(path);
      const version = entry instanceof MemoryFile ? entry.version : -1;
      if (this.#known.get(path) === version) continue;
      this.#known.set(path, version);
      changes.push({ path, bytes: entry instanceof MemoryFile ? entry.bytes.slice() : null });
    }
    for (const path of missing) {
      this.#known.delete(path);
      changes.push({ path });
    }
    return changes;
  }

  apply(changes: FileChange[]): void {
    for (const { path, bytes } of changes) {
      const existing = this.directory.find(path);
      if (bytes === undefined) {
        this.directory.remove(path);
        this.#known.delete(path);
      } else if (bytes === null) {
        if (existing === undefined) this.directory.create_entry_for_path(path, true);
        this.#known.set(path, -1);
      } else {
        const file =
          existing instanceof MemoryFile ? existing : this.directory.create_entry_for_path(path, false).entry;
        if (!(file instanceof MemoryFile)) continue;
        file.resize(0);
        file.write(bytes, 0);
        this.#known.set(path, file.version);
      }
    }
  }
}
