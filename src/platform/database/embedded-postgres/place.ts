import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { accountOfOwner, chooseUnprivilegedAccount, parsePasswd, type Account } from './account.policy.js';
import { isRoot } from './current-account.js';
import * as errors from './embedded-postgres.errors.js';
import { describeWayTo, ignoring, inspectPlace, resolveLinks } from './file-facts.js';
import {
  decidePlace,
  findCluster,
  findFaultOfPath,
  nameOfCluster,
  type Candidate,
  type PlaceDecision,
  type RecordedPlace,
} from './place.policy.js';
import { findBarrier, findThreat } from './reach.policy.js';

/** Where PostgreSQL keeps its data and as whom it runs. */
export interface Place {
  clusterDirectory: string;
  account: Account;
  /** Whether a cluster is there already. */
  isInitialised: boolean;
  /** Whether that is in a directory of the system and not in the data directory. */
  isOutside: boolean;
  /** A cluster that has to make room first. */
  setAside: string | undefined;
  /** Why the data directory itself cannot hold it, as a clause behind "because". */
  obstacle: string | undefined;
}

/** The file in the data directory that says where the database lies. */
export function recordFileOf(dataDirectory: string): string {
  return path.join(dataDirectory, 'postgres.json');
}

/**
 * Finds or chooses the place of the cluster: `<data directory>/postgres`; and when Lyceum is root and the account that
 * PostgreSQL then runs as could not reach that, or somebody else could exchange it, `<system directory>/<name>`.
 *
 * @throws AppError when data is there that cannot be used, or there is no place
 */
export async function findPlace(dataDirectory: string, systemDirectories: string[]): Promise<Place> {
  const inside = path.join(dataDirectory, 'postgres');
  const bases = isRoot() ? await Promise.all(systemDirectories.map(resolveLinks)) : [];
  const outside = bases.map((base) => path.join(base, nameOfCluster(dataDirectory)));
  const found = await Promise.all(
    [inside, ...outside].map(async (directory) => ({
      directory,
      isOutside: directory !== inside,
      ...(await inspectPlace(directory)),
    })),
  );

  const recorded = await readRecord(dataDirectory);
  const owner = found.find(({ directory }) => directory === findCluster(found, recorded)?.directory)?.owner;
  const account = await chooseAccount(owner);
  const candidates = await Promise.all(
    found.map(async (candidate) => ({
      ...candidate,
      obstacle: await findObstacle(candidate.directory, account, candidate.owner),
    })),
  );
  const decision = decidePlace(candidates, recorded);
  if (decision.kind === 'refuse') throw refusal(decision, dataDirectory, candidates);
  const isInitialised = decision.kind === 'use';
  const clusterDirectory = isInitialised
    ? decision.candidate.directory
    : await openFirst(decision.candidates, candidates);
  return {
    clusterDirectory,
    account,
    isInitialised,
    isOutside: clusterDirectory !== inside,
    setAside: isInitialised ? undefined : decision.setAside?.directory,
    obstacle: candidates[0]?.obstacle,
  };
}

/** Writes down where the database lies, for people and for the next start. */
export async function writeRecord(dataDirectory: string, record: Record<string, unknown>): Promise<void> {
  const file = recordFileOf(dataDirectory);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if ((await ignoring('ENOENT', readFile(file, 'utf8'))) === text) return;
  const draft = `${file}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { flag: 'wx', mode: 0o644 });
  await rename(draft, file);
}

async function readRecord(dataDirectory: string): Promise<RecordedPlace | undefined> {
  const text = await ignoring('ENOENT', readFile(recordFileOf(dataDirectory), 'utf8'));
  if (text === undefined) return undefined;
  const clusterDirectory = parseRecord(text);
  if (clusterDirectory === undefined) throw errors.recordUnreadable(recordFileOf(dataDirectory));
  // Being forbidden to look proves that something is there.
  const isStillThere = await lstat(clusterDirectory).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  return { clusterDirectory, isStillThere };
}

function parseRecord(text: string): string | undefined {
  try {
    const { clusterDirectory } = JSON.parse(text) as { clusterDirectory?: unknown };
    return typeof clusterDirectory === 'string' ? clusterDirectory : undefined;
  } catch {
    return undefined;
  }
}

/** Ourselves; and for root the owner of the data that is there, or else an unprivileged account. */
async function chooseAccount(owner: { uid: number; gid: number } | undefined): Promise<Account> {
  const accounts = parsePasswd((await ignoring('ENOENT', readFile('/etc/passwd', 'utf8'))) ?? '');
  if (!isRoot()) return accountOfOwner({ uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 }, accounts);
  const account = owner && owner.uid !== 0 ? accountOfOwner(owner, accounts) : chooseUnprivilegedAccount(accounts);
  if (!account) throw errors.noUnprivilegedAccount();
  return account;
}

async function findObstacle(
  directory: string,
  account: Account,
  owner: { uid: number } | undefined,
): Promise<string | undefined> {
  const fault = findFaultOfPath(directory);
  if (fault !== undefined) return fault;
  if (!isRoot()) {
    return owner && owner.uid !== account.uid ? `it belongs to uid ${owner.uid} and not to ${account.name}` : undefined;
  }
  const way = await describeWayTo(path.dirname(directory));
  const threat = findThreat(way, [0, account.uid]);
  if (threat) return `others than root could exchange what lies in ${threat.path}`;
  const barrier = findBarrier(way, account);
  return barrier && `the account ${account.name} cannot enter ${barrier.path}`;
}

/** The first place whose directory is there or can be made; its parent then belongs to root or, without root, to us. */
async function openFirst(free: Candidate[], all: Candidate[]): Promise<string> {
  const obstacles = all.flatMap(({ directory, obstacle }) =>
    obstacle === undefined ? [] : `${directory}: ${obstacle}`,
  );
  for (const { directory } of free) {
    const parent = path.dirname(directory);
    try {
      if ((await mkdir(parent, { recursive: true })) !== undefined) await chmod(parent, 0o755);
      return directory;
    } catch (error) {
      obstacles.push(`${parent}: ${(error as Error).message}`);
    }
  }
  throw errors.noPlaceForData(obstacles);
}

function refusal(
  decision: Extract<PlaceDecision, { kind: 'refuse' }>,
  dataDirectory: string,
  candidates: Candidate[],
): Error {
  const recordFile = recordFileOf(dataDirectory);
  switch (decision.refusal) {
    case 'unusable':
      return errors.dataUnusable(decision.candidate.directory, decision.candidate.obstacle);
    case 'not-a-cluster':
      return errors.notACluster(decision.candidate.directory);
    case 'recorded-elsewhere':
      return errors.recordedElsewhere(recordFile, decision.recorded, decision.expected);
    case 'recorded-is-gone':
      return errors.recordedIsGone(recordFile, decision.recorded);
    case 'no-place':
      return errors.noPlaceForData(
        candidates.map(({ directory, obstacle, content }) => `${directory}: ${obstacle ?? content}`),
      );
  }
}
