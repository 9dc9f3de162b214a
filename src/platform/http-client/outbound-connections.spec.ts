import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { HostResolver } from './guarded-lookup.js';
import { OutboundConnections } from './outbound-connections.js';

const timeoutMs = 10_000;

/** Names as an attacker, or the operator, would have them resolve. */
const names: Record<string, string> = {
  'inside.example': '10.0.0.7',
  'here.example': '127.0.0.1',
  'our-database.example': '93.184.215.14',
  'same-place.example': '93.184.215.14',
};
const resolve: HostResolver = async (name) => [{ address: names[name] ?? '198.51.100.1', family: 4 }];

describe('OutboundConnections', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => server.close());

  const connections = (allowHosts: string[]) =>
    new OutboundConnections({ allowHosts, isHttpsOnly: true }, ['postgres://a:b@our-database.example/x'], resolve);

  it.each([
    '127.0.0.1',
    '::1',
    'localhost',
    '0x7f.1',
    '2130706433',
    '169.254.169.254',
    '::ffff:127.0.0.1',
    'inside.example',
    'here.example',
    'here.example.',
  ])('does not go to %s', async (host) => {
    await expect(connections([]).open({ host, port, timeoutMs })).rejects.toMatchObject({
      code: 'http-client.address-refused',
    });
  });

  it.each(['/var/run/postgresql', 'a b', 'user@host', 'host/path', '', 'host:1'])(
    'takes no %j for a host',
    async (host) => {
      await expect(connections(['127.0.0.1']).open({ host, port, timeoutMs })).rejects.toMatchObject({
        code: 'http-client.request-invalid',
      });
    },
  );

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['here.example', '127.0.0.0/8'],
    ['here.example', 'here.example'],
  ])('goes to %s when the operator allows %s', async (host, allowed) => {
    const socket = await connections([allowed]).open({ host, port, timeoutMs });
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('hello');
    socket.destroy();
  });

  it.each(['our-database.example', 'same-place.example', '93.184.215.14'])(
    'does not go where this application keeps its own data, named as %s',
    async (host) => {
      await expect(connections([]).open({ host, port: 5432, timeoutMs })).rejects.toMatchObject({
        details: { reason: 'own-store' },
      });
    },
  );

  it('has somebody hear the error of a connection that nobody uses yet', async () => {
    const peers: Socket[] = [];
    const resetting = createServer((peer) => void peers.push(peer)).listen(0, '127.0.0.1');
    await once(resetting, 'listening');
    const at = { host: '127.0.0.1', port: (resetting.address() as AddressInfo).port, timeoutMs };
    const socket = await connections(['127.0.0.1']).open(at);
    while (peers.length === 0) await new Promise(setImmediate);
    peers[0]?.resetAndDestroy();
    const hasFailed = await new Promise((settle) => socket.once('close', settle));
    resetting.close();
    expect(hasFailed).toBe(true);
  });

  it('says when nobody listens, and when nobody waits any more', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const freePort = (gone.address() as AddressInfo).port;
    gone.close();
    await once(gone, 'close');
    await expect(
      connections(['127.0.0.1']).open({ host: '127.0.0.1', port: freePort, timeoutMs }),
    ).rejects.toMatchObject({ code: 'http-client.upstream-failed', details: { reason: 'connection-refused' } });
    const reason = new Error('cancelled');
    const signal = AbortSignal.abort(reason);
    await expect(connections(['127.0.0.1']).open({ host: '127.0.0.1', port, timeoutMs, signal })).rejects.toBe(reason);
  });
});
