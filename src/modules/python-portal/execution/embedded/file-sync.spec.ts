import { FileSync } from './file-sync.js';
import { MemoryDirectory } from './memory-directory.js';
import { FileQuota, MemoryFile } from './memory-file.js';

function side(maxBytes = 1_000) {
  const directory = new MemoryDirectory(new Map(), new FileQuota(maxBytes, 100, () => [0, 0]));
  const write = (path: string, text: string) => {
    const file = (directory.find(path) ?? directory.create_entry_for_path(path, false).entry) as MemoryFile;
    file.resize(0);
    file.write(Buffer.from(text), 0);
  };
  const read = (path: string) => {
    const entry = directory.find(path);
    return entry instanceof MemoryFile ? Buffer.from(entry.bytes).toString() : undefined;
  };
  return { directory, write, read, sync: new FileSync(directory, 'starter.py') };
}

describe('FileSync', () => {
  it('carries what one side changed to the other, once', () => {
    const [one, other] = [side(), side()];
    one.directory.create_entry_for_path('d', true);
    one.write('d/f', 'first');
    other.sync.apply(one.sync.changes());
    expect(other.read('d/f')).toBe('first');
    expect(other.sync.changes()).toEqual([]);
    expect(one.sync.changes()).toEqual([]);

    other.write('d/f', 'second');
    other.write('g', 'new');
    one.sync.apply(other.sync.changes());
    expect([one.read('d/f'), one.read('g')]).toEqual(['second', 'new']);
    expect(one.sync.changes()).toEqual([]);

    one.directory.remove('g');
    other.sync.apply(one.sync.changes());
    expect(other.read('g')).toBeUndefined();
    expect(other.sync.changes()).toEqual([]);
  });

  it("never carries the program, so that no student's text reaches the other side's", () => {
    const [student, grader] = [side(), side()];
    grader.write('starter.py', 'as handed in');
    student.write('starter.py', 'rewritten');
    grader.sync.apply(student.sync.changes());
    expect(grader.read('starter.py')).toBe('as handed in');
  });

  it('leaves out what does not fit', () => {
    const [one, other] = [side(), side(3)];
    one.write('big', 'too big');
    other.sync.apply(one.sync.changes());
    expect(other.read('big')).toBe('');
  });
});
