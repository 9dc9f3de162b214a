import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchmarkRun } from './application.js';
import { findNativePython, findSandbox, processorMs, residentMb } from './processes.js';
import { Student } from './student.js';
import { median, percentile } from './statistics.js';

/**
 * Running Python: how long a warm run takes beside a native Python, how many there are a second, and what a flood of hostile
 * programs does to an honest student. See bench/README.md.
 */
const roundTrips = 60;
const callers = 8;
const throughputMs = 10_000;
const floodRequests = 200;
const refusedPauseMs = 1_000;
const honestRuns = 50;
/** Lets the pool and the machine settle between two measurements, so that each begins warm. */
const pauseMs = 120;
const targets = { ratio: 3, runsPerSecond: 20, honestP99Ms: 5_000, liveP99Ms: 200, megabytesAWarmWorker: 60 };

const hostile = [
  'while True: pass',
  'x = [0] * 10**9',
  'x = bytearray(100 * 2**20)\nwhile True: pass',
  'while True: print("x")',
  'import re; re.match("(a+)+$", "a" * 50 + "b")',
  'x = 10 ** 10 ** 8',
  'import json; json.loads("[" * 100_000)',
  'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
];

const run = new BenchmarkRun();
let failures = 0;
try {
  const { url, processId } = await run.startApplication();
  console.log(
    `Node ${process.version}, ${availableParallelism()} processors, load before ${(loadavg()[0] ?? 0).toFixed(1)}`,
  );
  const students = await Promise.all(Array.from({ length: callers }, (_, index) => Student.register(url, `s${index}`)));
  const [student] = students as [Student];
  await sleep(2_000);
  const sandboxId = findSandbox(processId);
  measureMemory(sandboxId);
  await measureRoundTrip(student);
  await measureThroughput(students, sandboxId === undefined ? [] : [processId, sandboxId]);
  await measureFlood(url, student);
  console.log(`load after ${(loadavg()[0] ?? 0).toFixed(1)}`);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  await run.end();
}

/** In turns, so that whatever else the machine does hits both. */
async function measureRoundTrip(student: Student): Promise<void> {
  const native = findNativePython();
  const childrenBeforeMs = process.platform === 'linux' ? processorMs('children') : 0;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < roundTrips + 5; round += 1) {
    await sleep(pauseMs);
    const ourMs = await timed(() => student.run('print(1)'));
    await sleep(pauseMs);
    const theirMs =
      native === undefined
        ? 0
        : await timed(() => Promise.resolve(execFileSync(native, ['-I', '-c', 'print(1)'], { env: {} })));
    if (round < 5) continue;
    ours.push(ourMs);
    theirs.push(theirMs);
  }
  console.log(`warm print(1) over HTTP    ${spread(ours)}`);
  if (native === undefined) {
    console.log('no native python3 to compare with');
    return;
  }
  console.log(`native python3 -I -c       ${spread(theirs)}`);
  if (process.platform === 'linux') {
    const eachMs = (processorMs('children') - childrenBeforeMs) / (roundTrips + 5);
    console.log(`${eachMs.toFixed(1).padStart(8)} ms of processor a native start`);
  }
  report('ratio of the medians', median(ours) / median(theirs), targets.ratio, 'at most');
}

/** @param processIds whose processor time is counted; it depends less on what else the machine does than runs a second */
async function measureThroughput(students: Student[], processIds: number[]): Promise<void> {
  await sleep(1_000);
  const spentMs = () => processIds.reduce((sum, id) => sum + processorMs(id), 0);
  const spentBeforeMs = spentMs();
  const times: number[] = [];
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > throughputMs;
  await Promise.all(
    students.map(async (student) => {
      while (!isOver()) times.push(await timed(() => student.run('print(1)')));
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`${callers} callers                  ${spread(times)}`);
  if (processIds.length > 0) {
    const eachMs = (spentMs() - spentBeforeMs) / times.length;
    console.log(`${eachMs.toFixed(1).padStart(8)} ms of processor a run, gateway and sandbox together`);
  }
  report('runs/s', times.length / seconds, targets.runsPerSecond, 'at least');
}

/** One attacker keeps many requests in flight, with the usual limits, until the honest student has had enough runs. */
async function measureFlood(url: string, honest: Student): Promise<void> {
  const attacker = await Student.register(url, 'mallory');
  const over = new AbortController();
  const honestTimes: number[] = [];
  const liveTimes: number[] = [];
  const answers = new Map<number, number>();
  let sent = 0;
  const flood = async () => {
    while (!over.signal.aborted) {
      const code = hostile[sent++ % hostile.length] as string;
      const { status } = await attacker.send(code, over.signal).catch(() => ({ status: 0 }));
      answers.set(status, (answers.get(status) ?? 0) + 1);
      // A refused attacker who does not pause measures this program's own speed at sending.
      if (status !== 200) await sleep(refusedPauseMs);
    }
  };
  const watch = async () => {
    while (!over.signal.aborted) {
      liveTimes.push(
        await timed(async () => {
          const response = await fetch(`${url}/health/live`);
          if (!response.ok) throw new Error(`/health/live answered ${response.status}`);
          await response.text();
        }),
      );
      await sleep(20);
    }
  };
  const study = async () => {
    await sleep(500);
    while (honestTimes.length < honestRuns) honestTimes.push(await timed(() => honest.run('print(1)')));
    over.abort();
  };
  await Promise.all([study(), watch(), ...Array.from({ length: floodRequests }, flood)]);
  const counts = [...answers].map(([status, count]) => `${count} × ${status || 'cancelled'}`).join(', ');
  console.log(`flood: ${floodRequests} hostile requests at once, answered ${counts}`);
  console.log(`honest runs meanwhile      ${spread(honestTimes)}`);
  console.log(`/health/live meanwhile     ${spread(liveTimes)}`);
  report('ms p99 of honest runs', percentile(honestTimes, 99), targets.honestP99Ms, 'at most');
  report('ms p99 of /health/live', percentile(liveTimes, 99), targets.liveP99Ms, 'at most');
}

/** Of the process that holds all interpreters, with everything that they share. */
function measureMemory(sandboxId: number | undefined): void {
  const warm = Number(process.env['EXECUTION_WARM_INTERPRETERS'] ?? 2 * availableParallelism());
  if (sandboxId === undefined) console.log('the memory of the sandbox process is only measured on Linux');
  else
    report(`MB a warm worker (${warm} of them)`, residentMb(sandboxId) / warm, targets.megabytesAWarmWorker, 'at most');
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

function report(what: string, value: number, target: number, bound: 'at most' | 'at least'): void {
  const isMet = bound === 'at most' ? value <= target : value >= target;
  if (!isMet) failures += 1;
  console.log(`${value.toFixed(1).padStart(8)} ${what} (${bound} ${target} is required)${isMet ? '' : '  MISSED'}`);
}

function spread(times: number[]): string {
  const [middle, high] = [median(times), percentile(times, 99)].map((time) => time.toFixed(1).padStart(7));
  return `median ${middle} ms   p99 ${high} ms   of ${times.length}`;
}
