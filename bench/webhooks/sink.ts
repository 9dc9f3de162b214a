import { createServer, type RequestListener } from 'node:http';

/** What the sink is asked, and what it tells. */
export type SinkCommand = 'count' | 'tell' | 'reset';

export interface SinkFacts {
  received: number;
  /** Of each event the id and when it came first, in milliseconds since the epoch; only for `tell`. */
  arrivals: [string, number][];
  /** The latest request; only for `tell`. */
  latest: { headers: Record<string, string>; body: string } | undefined;
}

// A system that receives webhooks and answers at once. Argument: how many ports to listen on, each an endpoint of its own.
const ports = Number(process.argv[2]);
let received = 0;
let arrivals = new Map<string, number>();
let latest: SinkFacts['latest'];

const listener: RequestListener = (request, response) => {
  let body = '';
  request.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    received += 1;
    const id = String(request.headers['webhook-id']);
    if (!arrivals.has(id)) arrivals.set(id, Date.now());
    latest = { headers: request.headers as Record<string, string>, body };
    response.writeHead(200, { 'content-length': 2 }).end('ok');
  });
};

const addresses = Array.from(
  { length: ports },
  () =>
    new Promise<number>((resolve) => {
      const server = createServer({ keepAliveTimeout: 60_000 }, listener).listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    }),
);
process.on('message', (command: SinkCommand) => {
  if (command === 'reset') {
    received = 0;
    arrivals = new Map();
  }
  const isAll = command === 'tell';
  const facts: SinkFacts = { received, arrivals: isAll ? [...arrivals] : [], latest: isAll ? latest : undefined };
  process.send?.(facts);
});
process.send?.(await Promise.all(addresses));
