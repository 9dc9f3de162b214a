import { createMemory, importMemory, pageBytes } from './memory-limit.js';

/** (module (memory 2) (func (export "grow") (param i32) (result i32) local.get 0 memory.grow) …), with an unused import. */
const growing = Buffer.from(
  [
    '0061736d 01000000',
    '00 05 04 6e616d65', // a custom section, "name"
    '01 09 02 60 00 00 60 01 7f 01 7f', // types
    '02 07 01 01 61 01 62 00 00', // import a.b, a function
    '03 02 01 01', // one function
    '05 03 01 00 02', // memory, 2 pages, no maximum
    '07 08 01 04 67726f77 00 01', // export "grow"
    '0a 08 01 06 00 20 00 40 00 0b', // local.get 0, memory.grow
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);

describe('importMemory', () => {
  const { bytes, initialPages } = importMemory(growing);
  const module = new WebAssembly.Module(bytes);

  function instance(limitMb: number) {
    const memory = createMemory(initialPages, limitMb);
    const { exports } = new WebAssembly.Instance(module, { a: { b: () => undefined }, env: { memory } });
    return { memory, grow: exports['grow'] as (pages: number) => number };
  }

  it('gives instances of one module memories with maxima of their own', () => {
    expect(initialPages).toBe(2);
    const [small, large] = [instance(1), instance(2)];
    expect([small.grow(14), small.grow(1)]).toEqual([2, -1]);
    expect([large.grow(30), large.grow(1)]).toEqual([2, -1]);
    expect(small.memory.buffer.byteLength).toBe(16 * pageBytes);
    expect(large.memory.buffer.byteLength).toBe(32 * pageBytes);
  });

  it('leaves debug sections out', () => {
    expect(Buffer.from(bytes).includes('name')).toBe(false);
  });

  it('refuses a module that does not define its memory', () => {
    expect(() => importMemory(bytes)).toThrow('does not define one memory');
  });
});
