import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { FileSync } from './file-sync.js';
import { HostLine, HostLineFile } from './host-line.js';
import { createMemory, stackBytes } from './memory-limit.js';
import { MemoryDirectory } from './memory-directory.js';
import { mountLibrary } from './python-library.js';
import { OutputBuffer } from './output-buffer.js';
import { type FromWorker, type HostRequest, type ThreadInput, type ToWorker, signalSlot } from './sandbox-messages.js';
import { InputStream, OutputStream } from './standard-streams.js';
import { WasiHost } from './wasi-host.js';

/**
 * One thread, one interpreter at a time, one job each. The interpreter starts, waits in a read for its job, does it, and is dropped;
 * then the thread waits for the next. The thread is blocked all the while: whoever wants it to end terminates it.
 */

const programFile = 'starter.py';
const boot = 'import _lyceum.boot; _lyceum.boot.main()';
const input = workerData as ThreadInput;
const signal = new Int32Array(input.signal);

function run({ limits, ...request }: HostRequest): void {
  const stdout = new OutputBuffer(request.stdout);
  const stderr = new OutputBuffer(request.stderr);
  const stdin = new InputStream();
  const stopFlood = () => {
    if (stdout.printedBytes + stderr.printedBytes > limits.maxPrintedBytes) line.stop('flood');
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
    maxFileBytes: limits.maxFileBytes,
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
  line.end(end);
}

function outcome(host: WasiHost, instance: WebAssembly.Instance): FromWorker {
  try {
    return { type: 'exit', code: host.start(instance) };
  } catch (error) {
    const { name, message } = error as Error;
    return { type: 'crash', name, message };
  }
}

function nextRequest(): HostRequest {
  for (;;) {
    const seen = Atomics.load(signal, signalSlot.messages);
    const received: { message: ToWorker } | undefined = receiveMessageOnPort(input.port);
    // What still came for the interpreter before is of no use to the next.
    if (received?.message.type === 'host') return received.message;
    if (received === undefined) Atomics.wait(signal, signalSlot.messages, seen);
  }
}

for (;;) {
  run(nextRequest());
  // The memory of the interpreter that has ended would stay until the next one needs some.
  globalThis.gc?.();
}
