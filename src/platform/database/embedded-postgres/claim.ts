import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { alreadyRunning } from './embedded-postgres.errors.js';
import { findProcess, ownIdentity, readBootId } from './process-table.js';
import { isAlive, nameOfClaim, parseNameOfClaim } from './process.policy.js';

/** How long a start waits for the process before it to let go: `nest start --watch` starts the next one while it leaves. */
const claimTimeoutMs = 2000;

export interface Claim {
  release: () => Promise<void>;
}

/**
 * Claims the data directory for this process, so that two never work on one database.
 *
 * A claim is a file whose name is the identity of its process: pid, start time and boot id. Each process first puts its own
 * claim there and then looks for others, so of two that come together at least one sees the other. And as no identity ever
 * comes again, the claim of a dead process can be removed by anybody at any time; a lock file with one fixed name could not,
 * because somebody else may have taken it over in between.
 *
 * @throws AppError `embedded-postgres.already-running` naming the process that holds it
 */
export async function claimDataDirectory(dataDirectory: string): Promise<Claim> {
  const own = ownIdentity();
  const file = path.join(dataDirectory, nameOfClaim(own));
  const release = (): Promise<void> => rm(file, { force: true });
  const deadline = Date.now() + claimTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    // Empty: there is room for a name even on a full disk.
    await writeFile(file, '', { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? alreadyRunning(dataDirectory, own.pid) : error;
    });
    const holder = await findOtherHolder(dataDirectory, path.basename(file));
    if (holder === undefined) return { release };
    await release();
    if (Date.now() > deadline) throw alreadyRunning(dataDirectory, holder);
    // Those that came together all stepped back; different pauses, longer each time, let one of them through.
    await delay(20 + Math.random() * 60 * attempt);
  }
}

async function findOtherHolder(dataDirectory: string, ownClaim: string): Promise<number | undefined> {
  const bootId = readBootId();
  let holder: number | undefined;
  for (const name of await readdir(dataDirectory)) {
    const claimant = parseNameOfClaim(name);
    if (!claimant || name === ownClaim) continue;
    if (isAlive(claimant, findProcess(claimant.pid), bootId)) holder = claimant.pid;
    else await rm(path.join(dataDirectory, name), { force: true });
  }
  return holder;
}
