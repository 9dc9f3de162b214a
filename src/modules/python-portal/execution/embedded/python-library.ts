import type { Inode } from '@bjorn3/browser_wasi_shim';
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
