// Runs the tests on a throw-away PostgreSQL: `npm test`, `npm test -- test/identity`, `npm test -- --watch`.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const { startEmbeddedPostgres } = await import('../dist/src/platform/database/embedded-postgres/embedded-postgres.js');

const workDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-tests-'));
// As root PostgreSQL runs as another account, which has to pass through.
chmodSync(workDirectory, 0o711);
const resultFile = path.join(workDirectory, 'result.json');
const server = await startEmbeddedPostgres({
  dataDirectory: path.join(workDirectory, 'data'),
  isDurable: false,
  maxConnections: 400,
  log: () => undefined,
});

const jest = spawn(
  process.execPath,
  [path.join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${resultFile}`, ...process.argv.slice(2)],
  {
    cwd: root,
    // `--json` prints the whole result on standard output, where nobody wants to read it; the report is on standard error.
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test', TEST_DATABASE_URL: server.connectionString },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
const exitCode = await new Promise((resolve) => jest.on('close', (code) => resolve(code ?? 1)));

await server.discard();
let summary = '0 passed, 1 failed';
let isEmpty = true;
try {
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(resultFile, 'utf8'),
  );
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  summary = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`;
  isEmpty = numPassedTests + numFailedTests === 0;
} catch {
  // Jest ended before it could report: the summary above stands.
}
rmSync(workDirectory, { recursive: true, force: true });
console.log(`\n${summary}`);
process.exit(exitCode === 0 && isEmpty ? 1 : exitCode);
