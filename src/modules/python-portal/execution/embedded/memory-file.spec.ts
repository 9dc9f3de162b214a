import { wasi } from '@bjorn3/browser_wasi_shim';
import { MemoryDirectory } from './memory-directory.js';
import { FileQuota, MemoryFile } from './memory-file.js';

function folder(maxBytes = 100, maxEntries = 3): MemoryDirectory {
  const quota = new FileQuota(maxBytes, maxEntries, () => {
    const entries = [...directory.walk()].map(([, entry]) => entry);
    const bytes = entries.reduce((sum, entry) => sum + (entry instanceof MemoryFile ? entry.bytes.length : 0), 0);
    return [bytes, entries.length];
  });
  const directory: MemoryDirectory = new MemoryDirectory(new Map(), quota);
  return directory;
}

const create = (directory: MemoryDirectory, path: string) =>
  directory.create_entry_for_path(path, false).entry as MemoryFile;

describe('a file in memory', () => {
  it('holds what is written at each position', () => {
    const file = create(folder(), 'f');
    expect(file.write(Buffer.from('hello'), 0)).toBe(0);
    expect(file.write(Buffer.from('p!'), 3)).toBe(0);
    expect(file.write(Buffer.from('x'), 7)).toBe(0);
    expect(Buffer.from(file.bytes).toString()).toBe('help!\0\0x');
    file.resize(2);
    file.resize(4);
    expect(Buffer.from(file.bytes).toString()).toBe('he\0\0');
  });

  it('does not grow beyond the quota, and gives its room back when it is gone', () => {
    const directory = folder();
    const file = create(directory, 'a');
    expect(file.write(new Uint8Array(90), 0)).toBe(0);
    expect(create(directory, 'b').write(new Uint8Array(20), 0)).toBe(wasi.ERRNO_NOSPC);
    expect(file.resize(1e12)).toBe(wasi.ERRNO_NOSPC);
    directory.remove('a');
    expect((directory.find('b') as MemoryFile).write(new Uint8Array(20), 0)).toBe(0);
  });
});

describe('a directory in memory', () => {
  it('holds no more than it may', () => {
    const directory = folder();
    for (const name of ['a', 'b', 'c']) expect(create(directory, name)).toBeInstanceOf(MemoryFile);
    expect(directory.create_entry_for_path('d', false)).toEqual({ ret: wasi.ERRNO_NOSPC, entry: null });
    directory.remove('b');
    expect(create(directory, 'd')).toBeInstanceOf(MemoryFile);
  });

  it('finds, makes and removes along paths', () => {
    const directory = folder(100, 10);
    directory.create_entry_for_path('one', true);
    create(directory, './one//two');
    expect([...directory.walk()].map(([path]) => path)).toEqual(['one', 'one/two']);
    expect(directory.find('one/../one/two')).toBeInstanceOf(MemoryFile);
    expect(directory.create_entry_for_path('none/x', false).ret).toBe(wasi.ERRNO_NOENT);
    directory.remove('one/two');
    expect(directory.find('one/two')).toBeUndefined();
  });
});
