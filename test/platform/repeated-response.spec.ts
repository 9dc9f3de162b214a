import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { sendRaw } from '../support/raw-http.js';
import { sendRepeated } from '../../src/platform/http/repeated-response.js';

const body = Buffer.from('{"name":"Übung"}').toString('latin1');
const headers = ['content-type', 'application/json', 'content-length', String(body.length)];
const large = 'x'.repeat(5_000_000);
const headersOfLarge = ['content-type', 'text/plain', 'content-length', String(large.length)];

describe('a repeated response', () => {
  const closed: string[] = [];
  let headsBuilt = 0;
  let server: Server;

  beforeAll(async () => {
    let count = 0;
    const respond = (request: IncomingMessage, response: ServerResponse): void => {
      response.on('close', () => closed.push(`${request.url} ${response.statusCode} ${response.writableFinished}`));
      const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
      response.writeHead = (...args: unknown[]) => {
        headsBuilt += 1;
        return writeHead(...args);
      };
      const own = ['x-count', String((count += 1))];
      if (request.url === '/large') sendRepeated(response, headersOfLarge, own, large);
      else sendRepeated(response, headers, own, body);
    };
    server = createServer({ keepAliveTimeout: 72_000 }, respond).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Writes the requests at once, each a request line and perhaps headers, and reads until the server closes the connection. */
  function exchange(requests: string[]): Promise<string> {
    const { port } = server.address() as AddressInfo;
    return sendRaw(`http://127.0.0.1:${port}`, requests.map((each) => `${each}\r\nHost: localhost\r\n\r\n`).join(''));
  }

  /** The last request of a connection, after which the server closes it. */
  const last = 'GET / HTTP/1.1\r\nConnection: close';
  const withoutOwn = (response: string) =>
    response.replace(/x-count: \d+/, 'x-count: n').replace(/Date: .*/, 'Date: d');
  const split = (received: string) => received.split(/(?=HTTP\/1\.1 200 OK\r\n)/);

  it('is what Node.js would send, for each of its kind', async () => {
    const [one = ''] = split(await exchange(['GET / HTTP/1.1', last]));
    const [other = ''] = split(await exchange(['GET / HTTP/1.1', last]));
    expect(withoutOwn(one)).toBe(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nx-count: n\r\n` +
        `Date: d\r\nConnection: keep-alive\r\nKeep-Alive: timeout=72\r\n\r\n${body}`,
    );
    expect(withoutOwn(other)).toBe(withoutOwn(one));
    expect(other).not.toBe(one);
    const date = Date.parse(/Date: (.*)/.exec(other)?.[1] ?? '');
    expect(Math.abs(Date.now() - date)).toBeLessThan(2_000);
  });

  it('has its head built by Node.js only where that is needed: for the first of its kind, and where the connection ends', async () => {
    await exchange(['GET / HTTP/1.1', last]);
    headsBuilt = 0;
    await exchange([last]);
    expect(headsBuilt).toBe(1);
    const { port } = server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let time = 0; time < 5; time += 1) {
      const request = get({ port, agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      expect(await text(response)).toBe('{"name":"Übung"}');
    }
    agent.destroy();
    expect(headsBuilt).toBe(1);
  });

  it('waits for its turn, and closes the connection when it is asked to', async () => {
    const received = await exchange([
      'GET / HTTP/1.1',
      'GET /large HTTP/1.1',
      'GET / HTTP/1.1',
      'GET / HTTP/1.1',
      last,
    ]);
    const responses = split(received);
    const counts = responses.map((response) => Number(/x-count: (\d+)/.exec(response)?.[1]));
    expect(counts).toEqual(counts.map((_, index) => (counts[0] ?? 0) + index));
    expect(responses.map((response) => response.slice(response.indexOf('\r\n\r\n') + 4))).toEqual([
      body,
      large,
      body,
      body,
      body,
    ]);
    expect(responses.map((response) => /Connection: (.*)\r/.exec(response)?.[1])).toEqual(
      ['keep-alive', 'keep-alive', 'keep-alive', 'keep-alive', 'close'], // prettier-ignore
    );
    expect(await exchange(['GET / HTTP/1.0'])).toMatch(/Connection: close/);
  });

  it('arrives whole where it takes more than one packet, and ends like any other', async () => {
    closed.length = 0;
    for (let time = 0; time < 2; time += 1) {
      expect((await exchange(['GET /large HTTP/1.1', last])).endsWith(body)).toBe(true);
    }
    expect(closed).toEqual(['/large 200 true', '/ 200 true', '/large 200 true', '/ 200 true']);
  });
});
