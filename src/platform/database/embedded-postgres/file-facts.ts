import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Candidate } from './place.policy.js';
import type { DirectoryFacts } from './reach.policy.js';

/** The same place without symbolic links on the way; what does not exist yet is taken as it is. */
export async function resolveLinks(file: string): Promise<string> {
  const resolved = await ignoring('ENOENT', realpath(file));
  return resolved ?? path.join(await resolveLinks(path.dirname(file)), path.basename(file));
}

/** Each step of the way from `/` down to this file or directory, symbolic links resolved, as far as it exists. */
export async function describeWayTo(file: string): Promise<DirectoryFacts[]> {
  const parts = (await resolveLinks(file)).split(path.sep).filter((part) => part !== '');
  const steps = [path.sep, ...parts.map((_, index) => path.sep + parts.slice(0, index + 1).join(path.sep))];
  const facts = await Promise.all(
    steps.map(async (step) => {
      const stats = await ignoring('ENOENT', lstat(step));
      return stats ? [{ path: step, uid: stats.uid, gid: stats.gid, mode: stats.mode & 0o7777 }] : [];
    }),
  );
  return facts.flat();
}

/** What is at the place of a cluster, and who owns it. A symbolic link is never followed: its owner could turn it elsewhere. */
export async function inspectPlace(
  directory: string,
): Promise<{ content: Candidate['content']; owner?: { uid: number; gid: number } }> {
  const stats = await ignoring('ENOENT', lstat(directory));
  if (!stats) return { content: 'absent' };
  const owner = { uid: stats.uid, gid: stats.gid };
  if (!stats.isDirectory()) return { content: 'something else', owner };
  // A cluster is closed to everybody but its owner: if we may not look, that is what it is.
  const names = (await ignoring('EACCES', readdir(directory))) ?? ['PG_VERSION'];
  if (names.length === 0) return { content: 'empty', owner };
  return { content: names.includes('PG_VERSION') ? 'cluster' : 'something else', owner };
}

/** The result, or undefined when it fails with this code. */
export async function ignoring<T>(code: string, result: Promise<T>): Promise<T | undefined> {
  return result.catch((error: NodeJS.ErrnoException) => {
    if (error.code === code) return undefined;
    throw error;
  });
}
