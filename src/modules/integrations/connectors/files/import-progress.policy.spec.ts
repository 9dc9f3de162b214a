import type { Json } from '../connector.js';
import { ImportProgress } from './import-progress.policy.js';
import type { StoredFile } from './stores/file-store.js';

const file = (name: string, version = '1'): StoredFile => ({ name, size: 1, version });
const names = (files: StoredFile[]) => files.map(({ name }) => name);
const [a, b, c] = [file('a'), file('b'), file('c')];

function pass(
  mode: 'append' | 'snapshot',
  checkpoint: Json,
  files: StoredFile[],
  read = files,
): { checkpoint: Json; isFull: boolean } {
  const progress = new ImportProgress(checkpoint, false, mode);
  for (const each of read) progress.finish(each);
  return progress.end(files, true);
}

describe('ImportProgress', () => {
  it('knows where a file was left, as long as it is the same one', () => {
    const saved = new ImportProgress(null, false, 'append').inside(a, 1000);
    const resumed = new ImportProgress(saved, true, 'append');
    expect(resumed.savedUpTo(a)).toBe(1000);
    expect(resumed.savedUpTo(file('a', '2'))).toBe(0);
    expect(resumed.savedUpTo(b)).toBe(0);
    expect(new ImportProgress(saved, false, 'append').savedUpTo(a)).toBe(0);
  });

  it('reads what is new or changed when files stand for themselves', () => {
    const { checkpoint, isFull } = pass('append', null, [a, b]);
    const next = new ImportProgress(checkpoint, false, 'append');
    expect([isFull, names(next.toRead([a, file('b', '2'), c]))]).toEqual([false, ['b', 'c']]);
  });

  it('keeps what an interrupted pass finished, whether it is gone on with or not', () => {
    const interrupted = new ImportProgress(null, false, 'append');
    const checkpoint = interrupted.finish(a);
    for (const isResumed of [true, false]) {
      const next = new ImportProgress(checkpoint, isResumed, 'append');
      expect([names(next.toRead([a, b])), next.isImported(a)]).toEqual([['b'], true]);
    }
  });

  it('reads all of a snapshot when one file of it changed, came or went', () => {
    const { checkpoint, isFull } = pass('snapshot', null, [a, b]);
    expect(isFull).toBe(true);
    const toRead = (files: StoredFile[]) => names(new ImportProgress(checkpoint, false, 'snapshot').toRead(files));
    expect(toRead([a, b])).toEqual([]);
    expect(toRead([a, file('b', '2')])).toEqual(['a', 'b']);
    expect(toRead([a, b, c])).toEqual(['a', 'b', 'c']);
    expect(toRead([a])).toEqual(['a']);
  });

  it('does not call a snapshot complete that was not read, or not without a fault, in any of its runs', () => {
    expect(pass('snapshot', null, []).isFull).toBe(false);
    expect(pass('snapshot', pass('snapshot', null, [a]).checkpoint, [a], []).isFull).toBe(false);
    const first = new ImportProgress(null, false, 'snapshot');
    first.noteRejected();
    const resumed = new ImportProgress(first.finish(a), true, 'snapshot');
    resumed.finish(b);
    expect(resumed.end([a, b], true).isFull).toBe(false);
  });

  it('forgets files that are gone, and remembers none that are tidied away', () => {
    const { checkpoint } = pass('append', null, [a, b]);
    expect(Object.keys((pass('append', checkpoint, [b, c], [c]).checkpoint as { known: object }).known)).toEqual([
      'b',
      'c',
    ]);
    expect(new ImportProgress(checkpoint, false, 'append').end([a, b], false).checkpoint).toEqual({ known: {} });
  });

  it.each([null, 7, 'x', [], {}])('begins at the beginning with %j for a checkpoint', (odd) => {
    expect(names(new ImportProgress(odd, true, 'append').toRead([a]))).toEqual(['a']);
  });
});
