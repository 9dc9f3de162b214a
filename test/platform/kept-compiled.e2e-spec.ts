import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/platform/config/project.js';
import { flagsOfStart } from '../support/app-process.js';

const read = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');

/** Flags in a command like `node --flag=1 program.js`, or in Docker's form of it, a list in JSON. */
const flagsIn = (command: string) => command.match(/--[\w-]+=\d+/g) ?? [];

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const commands = [
  ...['start', 'start:prod', 'docs:serve'].map((name) => [`npm run ${name}`, scripts[name] ?? '']),
  ['the image', /^CMD .*$/m.exec(read('Dockerfile'))?.[0] ?? ''],
] as [string, string][];

/** Loads the joined application in a process with these flags, and prints what V8 says about the kept code. */
async function load(flags: string[]): Promise<unknown> {
  const loader = JSON.stringify(path.join(projectRoot, 'dist/server/load-application.js'));
  const program = `
    const { loadApplication } = await import(${loader});
    const { exports, script } = loadApplication();
    console.log(JSON.stringify({ isRejected: script?.cachedDataRejected, runs: typeof exports.runProcess }));`;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', program]);
  return JSON.parse(stdout);
}

describe('what V8 compiled at the build', () => {
  it.each(commands)('is used by %s', async (_name, command) => {
    expect(flagsIn(command)).toEqual(flagsOfStart);
    expect(await load(flagsIn(command))).toEqual({ isRejected: false, runs: 'function' });
  });

  it('is compiled anew with other flags, as with another version of Node.js', async () => {
    expect(await load(['--max-semi-space-size=3'])).toEqual({ isRejected: true, runs: 'function' });
  });

  it('is left for source maps, which Node.js reads only of what it loads itself', async () => {
    expect(await load(['--enable-source-maps'])).toEqual({ runs: 'function' });
  });
});

/** Makes objects of which most stay, until V8 has learnt it, and prints what it learnt. */
async function learnt(load: string): Promise<string> {
  const program = `
    ${load}
    const kept = [];
    for (let count = 0; count < 2_000_000; count += 1) kept.push({ count });`;
  const flags = ['--trace-pretenuring-statistics', '--input-type=module'];
  return (await promisify(execFile)(process.execPath, [...flags, '-e', program])).stdout;
}

it('makes what belongs to requests among the young objects, whatever stayed during the start', async () => {
  expect(await learnt('')).toContain('pretenuring:');
  const loader = JSON.stringify(path.join(projectRoot, 'dist/server/load-application.js'));
  expect(await learnt(`await import(${loader});`)).not.toContain('pretenuring:');
});
