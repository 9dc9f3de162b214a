import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ServerLog } from './server-log.js';

describe('ServerLog', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'lyceum-log-'));
    file = path.join(directory, 'postgres.log');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('goes on where the last run stopped, readable for the owner only', () => {
    for (const line of ['first', 'second']) {
      const log = new ServerLog(file, 3);
      log.write(line);
      log.close();
    }
    expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('never takes more than two files of bounded size, and keeps the newest', () => {
    const log = new ServerLog(file, 2);
    const line = 'x'.repeat(99_999);
    for (let written = 0; written < 200; written += 1) log.write(`${line}${written}`);
    log.close();
    const sizes = [file, `${file}.1`].map((each) => statSync(each).size);
    expect(Math.max(...sizes)).toBeLessThan(4_200_000);
    expect(readFileSync(file, 'utf8').trimEnd().endsWith('x199')).toBe(true);
    expect(log.lastLines()).toEqual([`${line}198`, `${line}199`]);
  });

  it('keeps the last lines in memory when the file cannot be written', () => {
    const log = new ServerLog(path.join(directory, 'missing', 'postgres.log'), 2);
    for (const line of ['a', 'b', 'c']) log.write(line);
    expect(log.lastLines()).toEqual(['b', 'c']);
  });

  it('does not write through a link that somebody put in its place', () => {
    const target = path.join(directory, 'precious');
    writeFileSync(target, 'untouched');
    symlinkSync(target, file);
    new ServerLog(file, 1).write('overwritten');
    expect(readFileSync(target, 'utf8')).toBe('untouched');
  });
});
