import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { SyncFailure } from '../../sync-failure.js';

/** A file as it was found. */
export interface StoredFile {
  name: string;
  size: number;
  /** Changes when its content does: an entity tag, or a time. */
  version: string;
}

/** One folder of files, wherever it is. Names are those in the folder, without a path. What goes wrong is thrown as it comes. */
export interface FileStore {
  /** For people. */
  readonly place: string;
  /** The files in the folder, in no order, without folders. */
  list(): AsyncIterable<StoredFile>;
  /** The file as it is now; undefined when it is gone. */
  stat(name: string): Promise<StoredFile | undefined>;
  /** Its bytes; of another version of it none are given where the store can tell. */
  read(file: StoredFile): Promise<Readable>;
  /** Writes a file as a whole: nobody sees a part of it. What had the name is replaced. */
  write(name: string, body: Buffer): Promise<void>;
  /** Moves a file into a folder below this one, which is made when it is not there. */
  move(name: string, folder: string, newName: string): Promise<void>;
  /** It may be gone already. */
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Entries of one folder, whatever they are; a server could go on with them for ever. */
export const maxListed = 100_000;

export function tooManyListed(place: string): SyncFailure {
  return new SyncFailure('source', `${place}: it has more than ${maxListed} entries; have the files archived`);
}

/** Short, and another one when the content of the file is. */
export function identityOf({ size, version }: StoredFile): string {
  return createHash('sha256').update(`${size} ${version}`).digest('hex').slice(0, 16);
}
