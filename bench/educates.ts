import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import type { TrainingPortalOptions } from '../test/support/training-portal/options.js';
import { startTrainingPortal, type TrainingPortal } from '../test/support/training-portal/training-portal.js';
import { BenchmarkRun } from './application.js';
import { login, readAsPlugin, readCatalog, requestAsPlugin, requestSession } from './educates/plugin-way.js';
import { processorMs } from './processes.js';
import { Student } from './student.js';

/**
 * The client of training portals: what it asks of a portal for many reads and requests, beside the Backstage plugin's way, and whether
 * a class that starts at once gets its sessions as fast as the portals make them. See bench/README.md.
 */
const reads = 1000;
const requests = 100;
const classSize = 200;
const seats = 100;
/** Requests under way at once of one portal, ours and those that measure its own speed. */
const lanes = 4;
/** What a portal takes to make a session, while it holds its lock, in milliseconds. */
const createMs = 100;
const lockedShare = 0.1;
const targets = { callsForReads: 2, callsARequest: 1.1, ratio: 1.3 };

const run = new BenchmarkRun();
const portals: TrainingPortal[] = [];
let failures = 0;
try {
  const [before] = loadavg();
  console.log(`Node ${process.version}, ${availableParallelism()} processors, load before ${before?.toFixed(1)}`);
  const campus = await start('campus', { workshops: [{ name: 'git-basics', capacity: requests }] });
  const plugin = await start('plugin', { workshops: [{ name: 'git-basics', capacity: requests }] });
  const ours = [await start('north', slowPortal(1)), await start('south', slowPortal(2))];
  const alone = [await start('north-alone', slowPortal(1)), await start('south-alone', slowPortal(2))];

  const adminSecret = randomBytes(24).toString('hex');
  const variables = { ADMIN_SECRET: adminSecret, OUTBOUND_ALLOW_HOSTS: '127.0.0.1', ...variablesOf([campus, ...ours]) };
  const { url, processId } = await run.startApplication({ variables });
  const students = await inLanes(8, classSize, (index) => Student.register(url, `s${index}`));

  await measureReads(url, students, campus, plugin);
  await measureRequests(url, students, campus, plugin);
  const spentMs = () => (process.platform === 'linux' ? processorMs(processId) : 0);
  const spentBeforeMs = spentMs();
  await measureClass(url, students, ours, alone);
  const eachMs = (spentMs() - spentBeforeMs) / classSize;
  console.log(
    `${eachMs.toFixed(0).padStart(8)} ms of our processor for each of them, with what the portal reports of it`,
  );
  await countSessions(url, adminSecret);
  console.log(`load after ${(loadavg()[0] ?? 0).toFixed(1)}`);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  await run.end();
  await Promise.all(portals.map((portal) => portal.stop()));
}

async function measureReads(
  url: string,
  students: readonly Student[],
  campus: TrainingPortal,
  plugin: TrainingPortal,
): Promise<void> {
  const before = callsOf(campus);
  await inLanes(50, reads, async (index) => {
    const response = await fetch(`${url}/api/educates/workshops/campus`, { headers: at(students, index).credentials });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the catalogue answered ${response.status}`);
  });
  await inLanes(lanes, reads, () => readAsPlugin(plugin));
  console.log(`${reads} reads of the catalogue: the plugin's way takes ${callsOf(plugin)} calls of the portal`);
  // The token is older: the check of the portal's health got it when the application started.
  report('calls in all, with the one for a token', callsOf(campus) - before + 1, targets.callsForReads);
}

async function measureRequests(
  url: string,
  students: readonly Student[],
  campus: TrainingPortal,
  plugin: TrainingPortal,
): Promise<void> {
  const [oursBefore, theirsBefore] = [callsOf(campus), callsOf(plugin)];
  const answers = await inLanes(20, requests, (index) => open(url, at(students, index), 'git-basics', 'campus'));
  await inLanes(lanes, requests, (index) => requestAsPlugin(plugin, `u${index}`));
  const theirs = (callsOf(plugin) - theirsBefore) / requests;
  console.log(`${requests} requests for a session: the plugin's way takes ${theirs} calls each`);
  report('calls a request', (callsOf(campus) - oursBefore) / requests, targets.callsARequest);
  requireAll('requests answered with a session', answers.filter(({ status }) => status === 201).length, requests);
}

/** The portals' own speed first: as many requests, a few at a time, repeated at once when the database is locked. */
async function measureClass(
  url: string,
  students: readonly Student[],
  ours: readonly TrainingPortal[],
  alone: readonly TrainingPortal[],
): Promise<void> {
  const ownMs = await timed(() => Promise.all(alone.map((portal) => fill(portal))));
  const answers: { status: number; id: string }[] = [];
  const oursMs = await timed(async () => {
    answers.push(...(await Promise.all(students.map((student) => open(url, student, 'class')))));
  });
  const owners = ours.flatMap(({ sessions }) => sessions.flatMap(({ owner }) => owner ?? []));
  const locked = ours.flatMap((portal) => portal.requests).filter(({ status }) => status === 500).length;
  console.log(`a class of ${classSize} at once on ${ours.length} portals of ${seats}; ${locked} × database is locked`);
  console.log(`${(ownMs / 1000).toFixed(1).padStart(8)} s the portals alone`);
  console.log(`${(oursMs / 1000).toFixed(1).padStart(8)} s through us`);
  report("of the portals' own time", oursMs / ownMs, targets.ratio);
  requireAll('learners with a session', answers.filter(({ status }) => status === 201).length, classSize);
  requireAll('different sessions', new Set(answers.map(({ id }) => id)).size, classSize);
  requireAll('seats taken', owners.length, seats * ours.length);
  requireAll('different learners on them', new Set(owners).size, classSize);
}

/** What we have written down is what the portals have given. */
async function countSessions(url: string, adminSecret: string): Promise<void> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `workshop=class&state=pending&limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const response = await fetch(`${url}/api/educates/sessions/all?${query}`, {
      headers: { 'x-admin-secret': adminSecret },
    });
    const page = (await response.json()) as { sessions: unknown[]; nextCursor: string | null };
    count += page.sessions.length;
    cursor = page.nextCursor;
  }
  requireAll('sessions written down', count, classSize);
}

async function fill(portal: TrainingPortal): Promise<void> {
  const token = await login(portal);
  const environment = await readCatalog(portal, token);
  await inLanes(lanes, seats, async (index) => {
    const wish = { token, environment, user: `u${index}` };
    let { status } = await requestSession(portal, wish);
    while (status === 500) ({ status } = await requestSession(portal, wish));
    if (status !== 200) throw new Error(`${portal.name} answered ${status}`);
  });
}

async function open(
  url: string,
  student: Student,
  workshop: string,
  portal?: string,
): Promise<{ status: number; id: string }> {
  const response = await fetch(`${url}/api/educates/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...student.credentials },
    body: JSON.stringify({ workshop, ...(portal !== undefined && { portal }) }),
  });
  const { id = '', code } = (await response.json()) as { id?: string; code?: string };
  if (response.status !== 201) console.log(`a request was answered ${response.status} ${code}`);
  return { status: response.status, id };
}

async function start(name: string, options: Omit<TrainingPortalOptions, 'name'>): Promise<TrainingPortal> {
  const portal = await startTrainingPortal({ name, ...options });
  portals.push(portal);
  return portal;
}

function slowPortal(seed: number): Omit<TrainingPortalOptions, 'name'> {
  return {
    workshops: [{ name: 'class', capacity: seats }],
    threads: 5,
    faults: { latencyMs: { create: createMs }, databaseLocked: { rate: lockedShare, seed, operations: ['request'] } },
  };
}

function variablesOf(configured: readonly TrainingPortal[]): Record<string, string> {
  const robots = configured.flatMap(({ name, credentials }) => {
    const prefix = `EDUCATES_${name.toUpperCase()}_ROBOT_`;
    return [
      [`${prefix}USERNAME`, credentials.username],
      [`${prefix}PASSWORD`, credentials.password],
      [`${prefix}CLIENT_ID`, credentials.clientId],
      [`${prefix}CLIENT_SECRET`, credentials.clientSecret],
    ];
  });
  const addresses = configured.map(({ name, url }) => `${name}=${url}`).join(',');
  return { EDUCATES_PORTALS: addresses, ...(Object.fromEntries(robots) as Record<string, string>) };
}

/** Besides the check of its sessions that each portal gets once an interval, whoever asks for what. */
function callsOf({ requests: all }: TrainingPortal): number {
  return all.filter(({ operation }) => operation !== 'catalog-environments').length;
}

async function inLanes<T>(width: number, count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

function at(students: readonly Student[], index: number): Student {
  return students[index % students.length] as Student;
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

function report(what: string, value: number, target: number): void {
  const isMet = value <= target;
  if (!isMet) failures += 1;
  console.log(`${value.toFixed(2).padStart(8)} ${what} (at most ${target} is required)${isMet ? '' : '  MISSED'}`);
}

function requireAll(what: string, value: number, target: number): void {
  const isMet = value === target;
  if (!isMet) failures += 1;
  console.log(`${String(value).padStart(8)} ${what} (${target} are required)${isMet ? '' : '  MISSED'}`);
}
