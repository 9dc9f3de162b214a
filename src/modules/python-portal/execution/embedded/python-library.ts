import type { Inode } from '@bjorn3/browser_wasi_shim';
import { inflateRawSync } from 'node:zlib';
import { MemoryDirectory } from './memory-directory.js';
import { MemoryFile } from './memory-file.js';
import type { SharedLibrary } from './sandbox-messages.js';

/**
 * Packs files for all interpreters into one block of shared memory. The standard library comes in the module as a zip file; an
 * interpreter that imports from files in memory instead starts in half the time, and so do the student's own imports.
 */
export function shareLibrary(files: Map<string, Uint8Array>): SharedLibrary {
  const size = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const bytes = new SharedArrayBuffer(size);
  const target = new Uint8Array(bytes);
  let start = 0;
  const entries = [...files].map(([path, content]) => {
    target.set(content, start);
    const entry = { path, start, end: start + content.length };
    start = entry.end;
    return entry;
  });
  return { bytes, files: entries };
}

/** The library as the directory tree of one interpreter, read-only and without a copy. */
export function mountLibrary({ bytes, files }: SharedLibrary): MemoryDirectory {
  const root = new MemoryDirectory(new Map());
  for (const { path, start, end } of files) {
    const names = path.split('/');
    const name = names.pop() as string;
    const directory = names.reduce((parent, part) => childDirectory(parent, part), root);
    directory.contents.set(name, new MemoryFile(new Uint8Array(bytes, start, end - start)));
  }
  return root;
}

function childDirectory(parent: MemoryDirectory, name: string): MemoryDirectory {
  const existing: Inode | undefined = parent.contents.get(name);
  if (existing instanceof MemoryDirectory) return existing;
  const created = new MemoryDirectory(new Map());
  parent.contents.set(name, created);
  return created;
}

/**
 * The files of a zip archive, by name.
 * Format: PKWARE APPNOTE 4.3, the central directory (4.3.12) found through its end record (4.3.16).
 *
 * @throws Error when the bytes are no zip archive
 */
export function unzip(archive: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength).lastIndexOf(
    'PK\u0005\u0006',
    undefined,
    'latin1',
  );
  if (end === -1) throw new Error('not a zip archive');
  const files = new Map<string, Uint8Array>();
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const nameLength = view.getUint16(entry + 28, true);
    const name = Buffer.from(archive.subarray(entry + 46, entry + 46 + nameLength)).toString();
    const local = view.getUint32(entry + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = archive.subarray(start, start + view.getUint32(entry + 20, true));
    const isDeflated = view.getUint16(entry + 10, true) === 8;
    if (!name.endsWith('/')) files.set(name, isDeflated ? inflateRawSync(content) : content);
    entry += 46 + nameLength + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return files;
}
