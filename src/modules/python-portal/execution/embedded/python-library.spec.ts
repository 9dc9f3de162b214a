import { MemoryDirectory } from './memory-directory.js';
import { MemoryFile } from './memory-file.js';
import { mountLibrary, shareLibrary } from './python-library.js';

describe('the shared library', () => {
  it('is a read-only tree that copies nothing', () => {
    const shared = shareLibrary(new Map([['a/b.py', Buffer.from('text')]]));
    const root = mountLibrary(shared);
    const file = root.find('a/b.py') as MemoryFile;
    expect(Buffer.from(file.bytes).toString()).toBe('text');
    expect(file.bytes.buffer).toBe(shared.bytes);
    expect(root.find('a')).toBeInstanceOf(MemoryDirectory);
    expect(file.write(Uint8Array.of(1), 0)).not.toBe(0);
    expect(root.create_entry_for_path('new', false).entry).toBeNull();
  });
});
