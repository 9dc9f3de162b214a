import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { servedExercise } from '../../test/support/exercises-stand-in.js';

/** To this process: how long executions take, or a question for {@link UpstreamFacts}. */
export type UpstreamCommand = { delayMs: number } | 'tell';

export interface UpstreamFacts {
  executions: number;
  /** Body of the last one. */
  lastExecution: string;
}

/**
 * The original exercise and executor services, as cheap as they can be: answers are ready, and no Python runs. What our harness would
 * report is marked with the word that only the request knows, as the harness does.
 */
const listed = 5;
const exercises = Array.from({ length: 20 }, (_, index) => servedExercise(`E${index}_bench`, index));
const report = Buffer.from(
  JSON.stringify({
    python: '3.11.7',
    platform: 'linux',
    memory: 9_000_000,
    runs: [{ way: 'exit', code: 0, out: '1\n', isWhole: true, digest: '', ms: 1 }],
  }),
).toString('base64');
const enveloped = (data: unknown) =>
  JSON.stringify({
    success: true,
    data,
    timestamp: new Date().toISOString(),
    correlationId: 'bench',
    version: '1.0.0',
  });
const [all, some] = [enveloped(exercises), enveloped(exercises.slice(0, listed))];

let delayMs = 0;
const facts: UpstreamFacts = { executions: 0, lastExecution: '' };

const server = createServer((request, response) => {
  const isExecution = request.method === 'POST' && request.url === '/api/execute';
  if (isExecution) void execute(request, response);
  else if (request.url?.startsWith('/health') === true) send(response, enveloped({ status: 'healthy' }));
  else if (request.url === `/api/exercises?limit=${listed}`) send(response, some);
  else if (request.url?.startsWith('/api/exercises?') === true) send(response, all);
  else response.writeHead(404).end();
});

async function execute(request: IncomingMessage, response: ServerResponse): Promise<void> {
  facts.executions += 1;
  let body = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
  facts.lastExecution = body;
  const { testCode } = JSON.parse(body) as { testCode: string };
  const bundle = testCode.slice(testCode.lastIndexOf('b64decode("') + 'b64decode("'.length).split('"', 1)[0] ?? '';
  const { nonce } = JSON.parse(Buffer.from(bundle, 'base64').toString()) as { nonce: string };
  const answer = enveloped({ success: true, output: `${nonce} begins\n${nonce} ${report}` });
  setTimeout(() => send(response, answer), delayMs);
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

process.on('message', (command: UpstreamCommand) => {
  if (command === 'tell') process.send?.(facts);
  else ({ delayMs } = command);
});
// Kept connections that end between two rounds would fail requests of clients that do not look.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
