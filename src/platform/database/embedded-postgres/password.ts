import { randomBytes } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ignoring } from './file-facts.js';

/** The file in the data directory, for its owner only, that keeps the password of Lyceum's database role. */
export function passwordFileOf(dataDirectory: string): string {
  return path.join(dataDirectory, 'postgres.password');
}

/** The password of earlier starts, or a new one of 256 bits, written down before anything uses it. */
export async function readOrCreatePassword(dataDirectory: string): Promise<{ password: string; isNew: boolean }> {
  const file = passwordFileOf(dataDirectory);
  const known = (await ignoring('ENOENT', readFile(file, 'utf8')))?.trim();
  // A file without a password is what a power cut or a full disk leaves.
  if (known) return { password: known, isNew: false };

  const password = randomBytes(32).toString('base64url');
  if (known !== undefined) await rm(file);
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${password}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { password, isNew: true };
}
