import path from 'node:path';
import { checkContent } from '../modules/python-portal/index.js';

/** `npm run content:check`, or `npm run content:check -- some/folder`. Needs no database. Exit code 1 when something is wrong. */
const startedAt = performance.now();
const [folder] = process.argv.slice(2);
const { exerciseCount, problems } = await checkContent(folder === undefined ? undefined : path.resolve(folder));
for (const problem of problems) process.stdout.write(`${problem}\n`);
const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
process.stdout.write(`${exerciseCount} exercises checked in ${seconds} s, problems: ${problems.length}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
