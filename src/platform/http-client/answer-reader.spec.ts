import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Agent, type buildConnector } from 'undici';
import { AnswerReader } from './answer-reader.js';
import { AttemptLimit } from './attempt-limit.js';
import type { ExchangeAnswer } from './outbound-transport.js';
import type { BodyLimit } from './read-body.js';

describe('an answer read from undici', () => {
  const paths: string[] = [];
  const sockets = new Set<Socket>();
  let server: Server;
  let port: number;
  let agent: Agent;

  beforeAll(async () => {
    server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end('0123456789');
    }).listen(0, '127.0.0.1');
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => agent.destroy());
  afterAll(() => void server.close());

  function exchange(path: string, limit: AttemptLimit, bodyLimit: BodyLimit): Promise<ExchangeAnswer> {
    return new Promise((resolve, reject) => {
      const reader = new AnswerReader({ limit, bodyLimit: () => bodyLimit }, resolve, reject);
      agent.dispatch({ origin: `http://127.0.0.1:${port}`, path, method: 'GET' }, reader);
    });
  }

  it('comes after what is said before it, and keeps headers that are there twice', async () => {
    agent = new Agent();
    const limit = new AttemptLimit(5000, undefined);
    const answer = await exchange('/whole', limit, { maxBytes: 10, onExcess: 'fail' });
    limit.dispose();
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('0123456789'), isTruncated: false });
    expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'] });
    expect(answer.headers).not.toHaveProperty('link');
  });

  it('is cut off where it is too long, and the connection ends', async () => {
    agent = new Agent();
    const limit = new AttemptLimit(5000, undefined);
    const answer = await exchange('/long', limit, { maxBytes: 9, onExcess: 'truncate' });
    limit.dispose();
    expect(answer).toMatchObject({ body: Buffer.from('012345678'), isTruncated: true });
    await Promise.all([...sockets].map((socket) => once(socket, 'close')));
  });

  it('is not waited for longer than the limit although no connection comes, and then nothing is sent', async () => {
    let isOpen = false;
    const gate = new EventEmitter();
    const connector: buildConnector.connector = (_target, callback) => {
      const open = (): void => {
        const socket = connect(port, '127.0.0.1', () => callback(null, socket));
      };
      if (isOpen) open();
      else gate.once('open', open);
    };
    agent = new Agent({ connect: connector });
    const limit = new AttemptLimit(50, undefined);
    await expect(exchange('/late', limit, { maxBytes: 10, onExcess: 'fail' })).rejects.toThrow('over');
    limit.dispose();
    isOpen = true;
    gate.emit('open');
    const next = new AttemptLimit(5000, undefined);
    await exchange('/next', next, { maxBytes: 10, onExcess: 'fail' });
    next.dispose();
    expect(paths.slice(-1)).toEqual(['/next']);
    expect(paths).not.toContain('/late');
  });

  it('is not asked for when the limit was reached before', async () => {
    agent = new Agent();
    const limit = new AttemptLimit(5000, AbortSignal.abort());
    await expect(exchange('/never', limit, { maxBytes: 10, onExcess: 'fail' })).rejects.toThrow('over');
    limit.dispose();
    expect(paths).not.toContain('/never');
  });
});
