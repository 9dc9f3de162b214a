import {
  preambleBytes,
  readSections,
  readUnsigned,
  type Section,
  sectionId,
  sectionOf,
  signed,
  unsigned,
} from './wasm-binary.js';

/**
 * Rewrites a WebAssembly module that was linked by LLVM, so that its instances can be given memories of different sizes:
 *
 * * It imports its memory instead of defining it. The module is compiled once, and each instance gets a `WebAssembly.Memory` with
 *   a maximum of its own, which the engine enforces: growing beyond it fails, and Python raises MemoryError.
 * * Its stack lies above its first memory, where there is room. CPython needs 9 KB of it for each level of a recursion through C
 *   (`__repr__`, `__add__`, `__call__` …); the half megabyte of the build ends after 55 levels, in a crash. With this stack Python's
 *   own limits come first (160 to 250 such levels, 1 000 levels of Python functions), and raise RecursionError. C recursion that
 *   Python does not count ends at the end of the thread's stack, which the engine notices.
 * * Custom sections are left out.
 *
 * Binary format: https://webassembly.github.io/spec/core/binary/modules.html
 */

export const pageBytes = 65_536;

const megabyte = 1_048_576;
/** Only what is used of it takes real memory. */
export const stackBytes = 8 * megabyte;
const memoryImport = { module: 'env', name: 'memory', kind: 0x02 };
/** One global, a mutable i32 with a constant as its first value: LLVM's stack pointer. */
const stackPointer = { prefix: [0x01, 0x7f, 0x01, 0x41], end: 0x0b };

export interface ImportingModule {
  bytes: Uint8Array<ArrayBuffer>;
  /** Pages that the module itself uses at first; the stack comes after them. */
  initialPages: number;
}

/** @throws Error when the module has not exactly one memory without a maximum and one global, the stack pointer */
export function importMemory(wasm: Uint8Array): ImportingModule {
  const sections = [...readSections(wasm)].filter(({ id }) => id !== sectionId.custom);
  const initialPages = readInitialPages(sections.find(({ id }) => id === sectionId.memory));
  const stackTop = initialPages * pageBytes + stackBytes;
  const parts = sections.map(({ id, bytes, body }) => {
    if (id === sectionId.memory) return new Uint8Array(0);
    if (id === sectionId.import) return withMemoryImport(body, stackTop / pageBytes);
    return id === sectionId.global ? withStackPointer(body, stackTop) : bytes;
  });
  return { bytes: Buffer.concat([wasm.subarray(0, preambleBytes), ...parts]), initialPages };
}

/** The memory of one instance, to be imported as `env.memory`. The stack does not count against the limit. */
export function createMemory(initialPages: number, limitMb: number): WebAssembly.Memory {
  const stackPages = stackBytes / pageBytes;
  return new WebAssembly.Memory({
    initial: initialPages + stackPages,
    maximum: Math.max(initialPages, Math.floor((limitMb * megabyte) / pageBytes)) + stackPages,
  });
}

function readInitialPages(memory: Section | undefined): number {
  if (memory === undefined || memory.body[0] !== 1 || memory.body[1] !== 0) {
    throw new Error('the module does not define one memory without a maximum');
  }
  return readUnsigned(memory.body, 2).value;
}

function withStackPointer(body: Uint8Array, value: number): Uint8Array {
  const { prefix, end } = stackPointer;
  if (prefix.some((byte, index) => body[index] !== byte) || body.at(-1) !== end) {
    throw new Error('the module has other globals than a stack pointer');
  }
  return sectionOf(sectionId.global, Uint8Array.from([...prefix, ...signed(value), end]));
}

function withMemoryImport(body: Uint8Array, initialPages: number): Uint8Array {
  const count = readUnsigned(body, 0);
  const entry = [
    ...nameBytes(memoryImport.module),
    ...nameBytes(memoryImport.name),
    memoryImport.kind,
    0x00,
    ...unsigned(initialPages),
  ];
  const content = Buffer.concat([
    Uint8Array.from(unsigned(count.value + 1)),
    body.subarray(count.end),
    Uint8Array.from(entry),
  ]);
  return sectionOf(sectionId.import, content);
}

function nameBytes(name: string): number[] {
  return [...unsigned(name.length), ...Buffer.from(name)];
}
