import fc from 'fast-check';
import { type DataSegment, joinSegments, rewriteFirstMemory } from './first-memory.js';

/** (module (memory (export "m") 1) (data (i32.const 8) "ab") (data (i32.const 4) "cd") (data (i32.const 60000) "PK")) */
const wasm = bytesOf(`
  00 61 73 6d 01 00 00 00
  05 03 01 00 01
  07 05 01 01 6d 02 00
  0b 18 03
  00 41 08 0b 02 61 62
  00 41 04 0b 02 63 64
  00 41 e0 d4 03 0b 02 50 4b`);

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

function memoryOf(bytes: Uint8Array<ArrayBuffer>): Buffer {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
  return Buffer.from((exports['m'] as WebAssembly.Memory).buffer);
}

describe('rewriteFirstMemory', () => {
  it('leaves the memory as it was', () => {
    expect(memoryOf(rewriteFirstMemory(wasm, () => true)).equals(memoryOf(wasm))).toBe(true);
  });

  it('puts zeros in the place of what is not wanted', () => {
    const memory = memoryOf(rewriteFirstMemory(wasm, ({ bytes }) => bytes[0] !== 0x50));
    expect(memory.subarray(4, 10).toString('latin1')).toBe('cd\0\0ab');
    expect(memory.subarray(60_000, 60_002)).toEqual(Buffer.alloc(2));
  });

  it('refuses data whose address is not a constant', () => {
    const passive = bytesOf('00 61 73 6d 01 00 00 00 05 03 01 00 01 0b 05 01 01 02 61 62');
    expect(() => rewriteFirstMemory(passive, () => true)).toThrow('other data than constants');
  });
});

describe('joinSegments', () => {
  it('says the same of every address, with segments farther apart than the gap', () => {
    const lists = fc.array(fc.tuple(fc.nat(9_000), fc.uint8Array({ minLength: 1, maxLength: 50 })), { maxLength: 12 });
    fc.assert(
      fc.property(lists, (list) => {
        let end = 0;
        const segments = list.map(([gap, bytes]): DataSegment => {
          const address = end + gap;
          end = address + bytes.length;
          return { address, bytes };
        });
        const draw = (drawn: DataSegment[]) => {
          const memory = Buffer.alloc(end);
          for (const { address, bytes } of drawn) memory.set(bytes, address);
          return memory;
        };
        const joined = joinSegments(segments.toReversed());
        expect(draw(joined).equals(draw(segments))).toBe(true);
        for (let index = 1; index < joined.length; index += 1) {
          const [before, after] = joined.slice(index - 1) as [DataSegment, DataSegment];
          expect(after.address - before.address - before.bytes.length).toBeGreaterThan(4_096);
        }
      }),
    );
  });
});
