// Builds when there is no build, or when a source is newer than it. Without the compiler (production image, `npm ci --omit=dev`)
// an existing build is used as it is. Types are checked only for `npm run build` (`--always`): it would triple the time.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const stamp = path.join(root, 'dist', '.built');
const sources = [
  'src',
  'migrations',
  'test/support',
  'demo',
  'bench',
  'scripts/build-if-stale.mjs',
  'scripts/bundle.mjs',
  'scripts/keep-compiled.mjs',
  'scripts/server',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  '.swcrc',
];

/** Of `npm start` and of the image. V8 takes what it compiled with the same flags only. */
const flagsOfStart = ['--max-semi-space-size=16', '--v8-pool-size=1'];

function newest(target) {
  const stat = statSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A folder's own time changes when a file in it is removed.
  return Math.max(stat.mtimeMs, ...readdirSync(target).map((entry) => newest(path.join(target, entry))));
}

function run(...command) {
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

const startedAt = new Date();
const builtAt = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const changedAt = Math.max(...sources.map((source) => newest(path.join(root, source))));
const compiler = path.join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');

const isAsked = process.argv.includes('--always');

if (isAsked || (builtAt < changedAt && (builtAt === 0 || existsSync(compiler)))) {
  console.log('Building …');
  run(compiler, 'build', ...(isAsked ? [] : ['--no-type-check']));
  run(path.join(root, 'scripts', 'bundle.mjs'));
  run(...flagsOfStart, path.join(root, 'scripts', 'keep-compiled.mjs'));
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}
