import { NameServer } from '../support/name-server.js';
import { Upstream } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';
import { createPool } from './service-robot.js';

describe('finding the instances of a service', () => {
  let names: NameServer;
  let upstream: Upstream;
  let offsetMs: number;

  beforeEach(async () => {
    offsetMs = 0;
    names = await NameServer.start();
    upstream = await Upstream.start((_, response) => void response.writeHead(200).end('{}'));
  });
  afterEach(async () => {
    await names.stop();
    await upstream.stop();
  });

  const port = () => Number(new URL(upstream.url).port);
  const options = () => ({ nameServer: names.address, nowMs: () => performance.now() + offsetMs });
  const a = (address: string) => ({ type: 'A' as const, address, ttl: 5 });
  const urls = (pool: ReturnType<typeof createPool>) => pool.instances.map(({ url }) => url);

  it('takes every A record for an instance and calls them', async () => {
    names.records.set('executor.test', [a('127.0.0.1'), a('127.0.0.2')]);
    const pool = createPool(`dns+http://executor.test:${port()}`, options());
    expect(pool.instances).toEqual([]);
    await pool.start();
    expect(urls(pool)).toEqual([`http://127.0.0.1:${port()}`, `http://127.0.0.2:${port()}`]);
    expect((await pool.call({ method: 'GET', path: '/x', deadlineMs: 5_000 })).status).toBe(200);
  });

  it('takes the SRV records of the best priority', async () => {
    const record = { type: 'SRV' as const, ttl: 5 };
    names.records.set('_executor._tcp.test', [
      { ...record, target: 'one.test', port: 81, priority: 1 },
      { ...record, target: 'two.test', port: 82, priority: 1 },
      { ...record, target: 'spare.test', port: 83, priority: 9 },
    ]);
    const pool = createPool('srv+http://_executor._tcp.test/base', options());
    await pool.start();
    expect(urls(pool)).toEqual(['http://one.test:81/base', 'http://two.test:82/base']);
  });

  it('looks again after the TTL, keeps what it knows while the name does not resolve, and warms up what is new', async () => {
    names.records.set('executor.test', [a('127.0.0.1')]);
    const pool = createPool(`dns+http://executor.test:${port()}`, { ...options(), settings: { checkIntervalMs: 50 } });
    await pool.start();
    const before = names.queries;
    names.records.delete('executor.test');
    offsetMs += 5_001;
    await pool.findAgain();
    expect(names.queries).toBeGreaterThan(before);
    expect(urls(pool)).toHaveLength(1);
    expect(pool.isAvailable).toBe(true);

    names.records.set('executor.test', [a('127.0.0.1'), a('127.0.0.3')]);
    offsetMs += 60_000;
    await pool.findAgain();
    expect(urls(pool)).toHaveLength(2);
    expect(pool.instances.map(({ isWarming }) => isWarming)).toEqual([false, true]);

    names.records.set('executor.test', [a('127.0.0.3')]);
    offsetMs += 60_000;
    await pool.findAgain();
    expect(urls(pool)).toEqual([`http://127.0.0.3:${port()}`]);
  });

  it('has no instance while the name was never resolved, and finds it when it can be', async () => {
    const pool = createPool(`dns+http://executor.test:${port()}`, options());
    await pool.start();
    await expect(pool.call({ method: 'GET', path: '/x', deadlineMs: 1_000 })).rejects.toMatchObject({
      code: 'services.unavailable',
    });
    names.records.set('executor.test', [a('127.0.0.1')]);
    await waitFor(() => pool.isAvailable);
  });
});
