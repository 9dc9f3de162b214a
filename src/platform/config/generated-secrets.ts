import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const secretNames = ['JWT_SECRET', 'ADMIN_SECRET', 'ENCRYPTION_KEY'] as const;
export type SecretName = (typeof secretNames)[number];

/** The file, owner-readable only, that keeps the secrets generated for development. */
export function generatedSecretsFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'secrets.json');
}

/**
 * Gives the secrets that the environment does not set: from the file of an earlier start, else freshly generated and written
 * there (mode 0600). Only for development and tests; production must bring its own.
 */
export function readOrGenerateSecrets(dataDirectory: string): Record<SecretName, string> {
  const file = generatedSecretsFile(dataDirectory);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<SecretName, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets = Object.fromEntries(secretNames.map((name) => [name, randomBytes(32).toString('base64')])) as Record<
    SecretName,
    string
  >;
  // As root the embedded PostgreSQL runs as another account, which must be able to pass through to its own folder.
  mkdirSync(dataDirectory, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  try {
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another process generated them between our read and our write: theirs are the secrets.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readOrGenerateSecrets(dataDirectory);
    throw error;
  }
  return secrets;
}
