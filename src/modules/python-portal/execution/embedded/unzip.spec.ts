import { deflateRawSync } from 'node:zlib';
import { unzip } from './unzip.js';

/** A zip archive by the book: local headers, central directory, end record. */
function zip(files: { name: string; content: Buffer; isStored?: boolean }[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isStored } of files) {
    const data = isStored ? content : deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.write('PK\u0003\u0004', 'latin1');
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(3, 28);
    const entry = Buffer.alloc(46);
    entry.write('PK\u0001\u0002', 'latin1');
    entry.writeUInt16LE(isStored ? 0 : 8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, Buffer.from(name));
    const whole = Buffer.concat([local, Buffer.from(name), Buffer.from('xyz'), data]);
    locals.push(whole);
    offset += whole.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...central, end]);
}

describe('unzip', () => {
  it('gives the files of an archive, packed or not, and no directories', () => {
    const files = unzip(
      zip([
        { name: 'a/', content: Buffer.alloc(0), isStored: true },
        { name: 'a/one.txt', content: Buffer.from('one'.repeat(100)) },
        { name: 'two', content: Buffer.from('two'), isStored: true },
      ]),
    );
    expect([...files].map(([name, content]) => [name, Buffer.from(content).toString()])).toEqual([
      ['a/one.txt', 'one'.repeat(100)],
      ['two', 'two'],
    ]);
  });

  it('refuses other bytes', () => {
    expect(() => unzip(Buffer.from('hello'))).toThrow('not a zip');
  });
});
