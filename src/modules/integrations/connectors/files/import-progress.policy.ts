import type { Json } from '../connector.js';
import type { FileImportConfig } from './file-config.js';
import { identityOf, type StoredFile } from './stores/file-store.js';

/** Identities of files by name. */
type Known = Record<string, string>;

/** What a checkpoint keeps of an import. */
interface ImportCheckpoint {
  /** Files that earlier passes imported and that are still there. */
  known: Known;
  /** Files that this pass has imported; absent between passes. */
  read?: Known;
  /** The file that is being read, and the last row of it that was saved. */
  current?: { name: string; identity: string; at: number };
  /** Whether something in this pass could not be read. */
  hasRejected?: boolean;
}

/** What of the files has been imported, by the rules of the mode. Pure bookkeeping; what it says goes into checkpoints. */
export class ImportProgress {
  readonly #known: Known;
  #read: Known;
  readonly #current: ImportCheckpoint['current'];
  readonly #isResumed: boolean;
  #hasRejected: boolean;

  constructor(
    checkpoint: Json,
    isResumed: boolean,
    private readonly mode: FileImportConfig['mode'],
  ) {
    const saved: ImportCheckpoint = isImportCheckpoint(checkpoint) ? checkpoint : { known: {} };
    this.#known = { ...saved.known };
    this.#read = { ...saved.read };
    this.#isResumed = isResumed && saved.read !== undefined;
    this.#current = this.#isResumed ? saved.current : undefined;
    this.#hasRejected = this.#isResumed && saved.hasRejected === true;
    // An interrupted pass that is not gone on with: what it finished is imported all the same, if files stand for themselves.
    if (this.#isResumed) return;
    if (mode === 'append') Object.assign(this.#known, this.#read);
    this.#read = {};
  }

  /** Whether the file as it is has been imported, so that it may be tidied away. */
  isImported(file: StoredFile): boolean {
    const identity = identityOf(file);
    return this.#read[file.name] === identity || this.#known[file.name] === identity;
  }

  /** Which of the files are to be read in this pass. In a snapshot one new file makes all of them be read, since they belong together. */
  toRead(files: readonly StoredFile[]): StoredFile[] {
    if (this.mode === 'append') return files.filter((file) => !this.isImported(file));
    const isUnchanged =
      !this.#isResumed &&
      files.length === Object.keys(this.#known).length &&
      files.every((file) => this.#known[file.name] === identityOf(file));
    return isUnchanged ? [] : files.filter((file) => this.#read[file.name] !== identityOf(file));
  }

  /** The last row of the file that is saved; 0 to begin at its beginning, as when it is another one by now. */
  savedUpTo(file: StoredFile): number {
    const isSame = this.#current?.name === file.name && this.#current.identity === identityOf(file);
    return isSame ? this.#current.at : 0;
  }

  noteRejected(): void {
    this.#hasRejected = true;
  }

  /** @returns the checkpoint of a page that ends inside a file */
  inside(file: StoredFile, at: number): Json {
    return this.#checkpoint({ name: file.name, identity: identityOf(file), at });
  }

  /** @returns the checkpoint of the last page of a file */
  finish(file: StoredFile): Json {
    this.#read[file.name] = identityOf(file);
    return this.#checkpoint(undefined);
  }

  /**
   * Ends the pass.
   *
   * @param files those that are there
   * @returns where the next one begins, and whether every record was in this one: not when nothing was read, nor when something could
   *   not be, because what is missing then is not gone
   */
  end(files: readonly StoredFile[], isKept: boolean): { checkpoint: Json; isFull: boolean } {
    const isFull = this.mode === 'snapshot' && Object.keys(this.#read).length > 0 && !this.#hasRejected;
    const all: Known =
      this.mode === 'append' || Object.keys(this.#read).length === 0 ? { ...this.#known, ...this.#read } : this.#read;
    const known = isKept ? files.map(({ name }) => name).filter((name) => all[name] !== undefined) : [];
    return { checkpoint: { known: Object.fromEntries(known.map((name) => [name, all[name] as string])) }, isFull };
  }

  #checkpoint(current: ImportCheckpoint['current']): Json {
    return {
      known: this.#known,
      read: { ...this.#read },
      ...(current !== undefined && { current: { ...current } }),
      ...(this.#hasRejected && { hasRejected: true }),
    };
  }
}

function isImportCheckpoint(checkpoint: Json): checkpoint is ImportCheckpoint & { [member: string]: Json } {
  return typeof checkpoint === 'object' && checkpoint !== null && !Array.isArray(checkpoint) && 'known' in checkpoint;
}
