import { createMemory, importMemory, pageBytes, stackBytes } from './memory-limit.js';

/** Parts of a module as bytes in hexadecimal. */
const sections = [
  '0061736d 01000000',
  '00 05 04 6e616d65', // a custom section, "name"
  '01 0d 03 60 00 00 60 01 7f 01 7f 60 00 01 7f', // types
  '02 07 01 01 61 01 62 00 00', // import a.b, a function
  '03 03 02 01 02', // two functions
  '05 03 01 00 02', // memory, 2 pages, no maximum
  '06 08 01 7f 01 41 80 80 04 0b', // one global, mutable, 65 536
  '07 0e 02 04 67726f77 00 01 03 746f70 00 02', // exports "grow" and "top"
  '0a 0d 02 06 00 20 00 40 00 0b 04 00 23 00 0b', // local.get 0, memory.grow; global.get 0
];

function wasm(parts = sections): Buffer {
  return Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');
}

describe('importMemory', () => {
  const { bytes, initialPages } = importMemory(wasm());
  const module = new WebAssembly.Module(bytes);
  const stackPages = stackBytes / pageBytes;

  function instance(limitMb: number) {
    const memory = createMemory(initialPages, limitMb);
    const { exports } = new WebAssembly.Instance(module, { a: { b: () => undefined }, env: { memory } });
    return { memory, exports: exports as { grow: (pages: number) => number; top: () => number } };
  }

  it('gives instances of one module memories with maxima of their own', () => {
    expect(initialPages).toBe(2);
    const [small, large] = [instance(1), instance(2)];
    expect([small.exports.grow(14), small.exports.grow(1)]).toEqual([2 + stackPages, -1]);
    expect([large.exports.grow(30), large.exports.grow(1)]).toEqual([2 + stackPages, -1]);
    expect(small.memory.buffer.byteLength).toBe(16 * pageBytes + stackBytes);
    expect(large.memory.buffer.byteLength).toBe(32 * pageBytes + stackBytes);
  });

  it('puts the stack above the memory that the module uses itself', () => {
    expect(instance(1).exports.top()).toBe(2 * pageBytes + stackBytes);
  });

  it('leaves debug sections out', () => {
    expect(Buffer.from(bytes).includes('name')).toBe(false);
  });

  it.each([
    ['imports its memory', bytes, 'does not define one memory'],
    [
      'has a maximum',
      wasm(sections.map((part) => part.replace('05 03 01 00 02', '05 04 01 01 02 03'))),
      'does not define one memory',
    ],
    [
      'has other globals',
      wasm(sections.map((part) => part.replace('06 08 01 7f 01', '06 08 01 7f 00'))),
      'other globals',
    ],
  ])('refuses a module that %s', (_, refused, message) => {
    expect(() => importMemory(refused)).toThrow(message);
  });
});
