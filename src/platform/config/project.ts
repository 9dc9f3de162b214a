import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder that holds package.json: above `src/` in tests, above `dist/src/` in a build. */
export const projectRoot = findProjectRoot(import.meta.dirname);

/** The version in package.json; sent as `version` in envelopes and shown by `/health`. */
export const version = (JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string })
  .version;

function findProjectRoot(directory: string): string {
  try {
    readFileSync(path.join(directory, 'package.json'));
    return directory;
  } catch {
    const parent = path.dirname(directory);
    if (parent === directory) throw new Error('package.json was not found above the program');
    return findProjectRoot(parent);
  }
}
