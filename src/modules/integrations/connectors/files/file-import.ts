import type { PullContext, PulledPage, PullSummary } from '../connector.js';
import { SyncFailure } from '../sync-failure.js';
import type { FileImportConfig } from './file-config.js';
import { archiveName, nameMatcher } from './file-names.policy.js';
import { ImportProgress } from './import-progress.policy.js';
import { readRow } from './record-rows.policy.js';
import { fileRows } from './rows/file-rows.js';
import { identityOf, type FileStore, type StoredFile } from './stores/file-store.js';

const defaultBatchSize = 1000;
/** Files of one folder that fit the pattern; each that is kept is remembered in every checkpoint. */
const maxFiles = 1000;
/** Of the rows of one page, which are in memory together in several forms. */
const maxPageBytes = 4_194_304;

/** One pass over the files of a folder. */
export class FileImport {
  readonly #progress: ImportProgress;

  constructor(
    private readonly store: FileStore,
    private readonly config: FileImportConfig,
    private readonly context: PullContext,
  ) {
    this.#progress = new ImportProgress(context.checkpoint, context.isResumed, config.mode);
  }

  async *pages(): AsyncGenerator<PulledPage, PullSummary, void> {
    const files = await this.#list();
    const isKept = this.config.after === 'keep';
    const toRead = this.#progress.toRead(files);
    // The process may have ended between the commit of a file's last page and this.
    for (const file of files) {
      if (!toRead.includes(file) && this.#progress.isImported(file)) await this.#tidy(file);
    }
    for (const file of toRead) {
      yield* this.#pagesOf(file);
      // Resumed, so the last page of the file is committed.
      await this.#tidy(file);
    }
    return this.#progress.end(files, isKept);
  }

  async #list(): Promise<StoredFile[]> {
    const fits = nameMatcher(this.config.pattern);
    const found: StoredFile[] = [];
    for await (const file of this.store.list()) {
      this.context.signal.throwIfAborted();
      if (fits(file.name)) found.push(file);
      if (found.length > maxFiles) {
        const message = `${this.store.place}: more than ${maxFiles} files fit the pattern; have them archived, or use a closer pattern`;
        throw new SyncFailure('configuration', message);
      }
    }
    return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  async *#pagesOf(file: StoredFile): AsyncGenerator<PulledPage, void, void> {
    const size = this.config.batchSize ?? defaultBatchSize;
    const savedUpTo = this.#progress.savedUpTo(file);
    let page = emptyPage();
    const source = await this.store.read(file);
    try {
      for await (const row of fileRows(source, this.config)) {
        if (row.at <= savedUpTo) continue;
        // The page before is committed only when a further row shows that it was not the last one.
        const count = page.records.length + page.rejected.length;
        if (count >= size || (count > 0 && page.bytes + row.bytes > maxPageBytes)) {
          yield { ...contentOf(page), checkpoint: this.#progress.inside(file, page.at) };
          this.context.signal.throwIfAborted();
          page = emptyPage();
        }
        const read = readRow(row, file.name, this.config);
        if ('record' in read) page.records.push(read.record);
        else {
          page.rejected.push(read.rejected);
          this.#progress.noteRejected();
        }
        page.at = row.at;
        page.bytes += row.bytes;
      }
    } catch (error) {
      throw error instanceof SyncFailure ? new SyncFailure(error.kind, `${file.name}: ${error.message}`) : error;
    } finally {
      source.destroy();
    }
    const now = await this.store.stat(file.name);
    if (now === undefined || identityOf(now) !== identityOf(file)) {
      throw new SyncFailure(
        'source',
        `${file.name} changed while it was read; the next run reads it from its beginning`,
      );
    }
    yield { ...contentOf(page), checkpoint: this.#progress.finish(file) };
  }

  async #tidy(file: StoredFile): Promise<void> {
    const { after, archivePath } = this.config;
    if (after === 'keep') return;
    const now = await this.store.stat(file.name);
    // Another one has come in its place, which the next run imports.
    if (now === undefined || identityOf(now) !== identityOf(file)) return;
    if (after === 'delete') await this.store.remove(file.name);
    else await this.store.move(file.name, archivePath, archiveName(file.name, identityOf(file)));
  }
}

interface GrowingPage extends Required<Pick<PulledPage, 'records' | 'rejected'>> {
  /** Of its last row. */
  at: number;
  bytes: number;
}

function emptyPage(): GrowingPage {
  return { records: [], rejected: [], at: 0, bytes: 0 };
}

function contentOf({ records, rejected }: GrowingPage): Pick<PulledPage, 'records' | 'rejected'> {
  return { records, rejected };
}
