import { workerData } from 'node:worker_threads';
import { FileSync } from './file-sync.js';
import { HostLine, HostLineFile } from './host-line.js';
import { createMemory, stackBytes } from './memory-limit.js';
import { MemoryDirectory } from './memory-directory.js';
import { mountLibrary } from './python-library.js';
import { OutputBuffer } from './output-buffer.js';
import { type FromWorker, type WorkerInput, signalSlot } from './sandbox-messages.js';
import { InputStream, OutputStream } from './standard-streams.js';
import { WasiHost } from './wasi-host.js';

/**
 * One thread, one interpreter, one job. The interpreter starts, waits in a read for its job, does it, and the thread ends. The
 * thread is blocked all the while: whoever wants it to end terminates it.
 */

const programFile = 'starter.py';
const boot = 'import _lyceum.boot; _lyceum.boot.main()';

function run(input: WorkerInput): void {
  const signal = new Int32Array(input.signal);
  const stdout = new OutputBuffer(input.stdout);
  const stderr = new OutputBuffer(input.stderr);
  const stdin = new InputStream();
  const stopFlood = () => {
    if (stdout.printedBytes + stderr.printedBytes > input.limits.maxPrintedBytes) line.stop('flood');
  };
  const run = new MemoryDirectory(new Map());
  const memory = createMemory(input.initialPages, input.memoryLimitMb);
  const noteMemory = () => {
    Atomics.store(signal, signalSlot.memoryBytes, memory.buffer.byteLength - stackBytes);
  };
  const host = new WasiHost({
    // Isolated, no site module, unbuffered output (what was printed must survive a termination), no bytecode files.
    args: ['python', '-I', '-S', '-u', '-B', '-c', boot],
    stdin,
    stdout: new OutputStream(stdout, stopFlood),
    stderr: new OutputStream(stderr, stopFlood),
    mounts: new Map([
      ['/usr/local/lib', mountLibrary(input.library)],
      ['/run', run],
    ]),
    memory,
    maxFileBytes: input.limits.maxFileBytes,
    onCall: noteMemory,
  });
  const line = new HostLine({
    port: input.port,
    signal,
    stdout,
    stderr,
    files: new FileSync(host.work, programFile),
    onJob: (job) => {
      stdin.bytes = new TextEncoder().encode(job.stdin);
      host.writeFile(programFile, new TextEncoder().encode(job.code));
    },
  });
  run.contents.set('host', new HostLineFile(line, () => run.contents.delete('host')));
  const end = outcome(host, new WebAssembly.Instance(input.module, host.imports));
  noteMemory();
  line.post(end);
}

function outcome(host: WasiHost, instance: WebAssembly.Instance): FromWorker {
  try {
    return { type: 'exit', code: host.start(instance) };
  } catch (error) {
    const { name, message } = error as Error;
    return { type: 'crash', name, message };
  }
}

run(workerData as WorkerInput);
