import { lstatSync, readdirSync } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.policy.js';
import { isOwn } from './current-account.js';
import { makeExecutable, makeLinks, programs, type Distribution } from './distribution.js';
import { binariesUnreachable } from './embedded-postgres.errors.js';
import { describeWayTo, ignoring, resolveLinks } from './file-facts.js';
import { findFaultOfPath } from './place.policy.js';
import { findBarrier, findThreat } from './reach.policy.js';

export interface Binaries {
  directory: string;
  /** Why they are a copy, as a clause behind "because"; undefined for the package's own. */
  obstacle?: string;
}

/** A copy takes seconds; one that was begun this long ago was broken off. */
const abandonedAfterMs = 3_600_000;

/**
 * Gives programs that the account can run: the package's own, with the links that its install script would have made; or, if the
 * account cannot reach them or the links cannot be made, a copy in the first fit place.
 *
 * @param copyPlaces directories that may hold a copy
 * @throws AppError `embedded-postgres.binaries-unreachable`
 */
export async function prepareBinaries(
  distribution: Distribution,
  account: Account,
  copyPlaces: string[],
): Promise<Binaries> {
  const { directory } = distribution;
  const obstacle = (await findObstacle(directory, account)) ?? (await complete(directory));
  if (obstacle === undefined) return { directory };

  const obstacles = [`${directory}: ${obstacle}`];
  for (const place of await Promise.all(copyPlaces.map(resolveLinks))) {
    const fault = await openCopyPlace(place, account);
    if (fault === undefined) return { directory: await copyTo(place, distribution), obstacle };
    obstacles.push(`${place}: ${fault}`);
  }
  throw binariesUnreachable(directory, obstacles);
}

/** Why the account cannot run the programs where they are. */
async function findObstacle(directory: string, account: Account): Promise<string | undefined> {
  const fault = findFaultOfPath(directory);
  if (fault !== undefined || isOwn(account)) return fault;
  for (const file of [...programs, 'lib/postgresql', 'share/postgresql']) {
    const barrier = findBarrier(await describeWayTo(path.join(directory, file)), account);
    if (barrier) return `the account ${account.name} cannot enter ${barrier.path}`;
  }
  return undefined;
}

/** Makes up for what npm has left out, or says why it could not. */
async function complete(directory: string): Promise<string | undefined> {
  try {
    await makeLinks(directory);
    await makeExecutable(directory);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error;
    return `npm ran no install scripts and ${directory} cannot be written`;
  }
}

/** Makes the directory that will hold a copy, or says why it is not fit. */
async function openCopyPlace(place: string, account: Account): Promise<string | undefined> {
  const fault = findFaultOfPath(place);
  if (fault !== undefined || isOwn(account)) return fault;
  const threat = findThreat(await describeWayTo(path.dirname(place)), [0]);
  if (threat) return `others than root could exchange what lies in ${threat.path}`;
  try {
    if ((await mkdir(place, { recursive: true })) !== undefined) await chmod(place, 0o755);
  } catch (error) {
    return (error as Error).message;
  }
  const way = await describeWayTo(place);
  const barrier = findBarrier(way, account) ?? findThreat(way, [0]);
  return barrier && `${barrier.path} is closed to the account ${account.name} or open to others`;
}

/** Copies the programs once (60 MB); whoever comes later, from any project, uses the same copy. */
async function copyTo(place: string, { directory, version }: Distribution): Promise<string> {
  const target = path.join(place, `postgres-${version}-${process.platform}-${process.arch}`);
  const files = listFiles(directory);
  if (isComplete(files, directory, target)) {
    await makeLinks(path.join(target, 'native'));
    return path.join(target, 'native');
  }
  await removeAbandoned(target);
  const draft = await mkdtemp(`${target}.copying-`);
  try {
    await copyFiles(files, directory, path.join(draft, 'native'));
    await chmod(draft, 0o755);
    await rename(draft, target).catch(async () => {
      if (isComplete(files, directory, target)) return;
      await rm(target, { recursive: true, force: true });
      await rename(draft, target);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return path.join(target, 'native');
}

/** Relative paths; synchronous like the check below, which looks at a thousand files and is three times as fast so. */
function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

/** With modes of our own: after `umask 077; npm ci` those of the package would keep the account out. */
async function copyFiles(files: string[], from: string, to: string): Promise<void> {
  for (const file of files) {
    const target = path.join(to, file);
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(path.join(from, file), target);
    await chmod(target, file.startsWith('bin/') ? 0o755 : 0o644);
  }
  for (const directory of new Set(files.flatMap(parentsOf))) await chmod(path.join(to, directory), 0o755);
  await makeLinks(to);
}

function parentsOf(file: string): string[] {
  const parent = path.dirname(file);
  return parent === '.' ? ['.'] : [...parentsOf(parent), parent];
}

/** Of a copy that another process finished, nothing is missing; of one that a power cut hit, files are missing or too short. */
function isComplete(files: string[], from: string, copy: string): boolean {
  const sizeOf = (file: string): number | undefined => lstatSync(file, { throwIfNoEntry: false })?.size;
  return files.every((file) => sizeOf(path.join(copy, 'native', file)) === sizeOf(path.join(from, file)));
}

async function removeAbandoned(target: string): Promise<void> {
  for (const name of await readdir(path.dirname(target))) {
    if (!name.startsWith(`${path.basename(target)}.copying-`)) continue;
    const draft = path.join(path.dirname(target), name);
    const stats = await ignoring('ENOENT', lstat(draft));
    if (stats && Date.now() - stats.mtimeMs > abandonedAfterMs) await rm(draft, { recursive: true, force: true });
  }
}
