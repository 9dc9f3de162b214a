import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { AddressGuard } from '../../src/platform/http-client/address-guard.policy.js';
import { AxiosTransport } from '../../src/platform/http-client/axios-transport.js';
import { OutboundAgents } from '../../src/platform/http-client/outbound-agents.js';
import type { OutboundTransport } from '../../src/platform/http-client/outbound-transport.js';
import { AttemptLimit } from '../../src/platform/http-client/attempt-limit.js';
import { UndiciTransport } from '../../src/platform/http-client/undici-transport.js';
import { get, SsrfRange } from './ssrf-range.js';

const range = new SsrfRange({
  'loopback.test': ['127.0.0.1'],
  'x.loopback.test': ['127.0.0.1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'mixed.test': ['93.184.215.14', '127.0.0.1'],
  'mixed-allowed.test': ['127.0.0.1', '10.0.0.1'],
  'public.test': ['93.184.215.14'],
});

beforeAll(() => range.start());
beforeEach(() => range.reset());
afterAll(() => range.stop());

describe('names that change their address', () => {
  it('connects to what was judged: one resolution for each connection', async () => {
    range.zone['rebind.test'] = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.2']];
    const response = await get(range.client({ allowHosts: ['127.0.0.1/32'] }), range.at('http://rebind.test:PORT/'));
    expect(response.status).toBe(200);
    expect(range.hits).toEqual(['127.0.0.1 /']);
    expect(range.resolved).toEqual(['rebind.test']);
  });

  it('judges the address of each new connection anew', async () => {
    range.zone['turncoat.test'] = [['127.0.0.1'], ['127.0.0.2']];
    const settings = { allowHosts: ['127.0.0.1/32'] };
    await get(range.client(settings), range.at('http://turncoat.test:PORT/'));
    await expect(get(range.client(settings), range.at('http://turncoat.test:PORT/'))).rejects.toMatchObject({
      code: 'http-client.address-refused',
    });
    expect(range.hits).toEqual(['127.0.0.1 /']);
  });

  it('does not hand a connection of the operator to a caller', async () => {
    const client = range.client();
    const url = range.at('http://127.0.0.1:PORT/');
    expect((await client.request({ method: 'GET', url, trust: 'operator' })).status).toBe(200);
    await expect(get(client, url)).rejects.toMatchObject({ code: 'http-client.address-refused' });
  });
});

describe('redirects', () => {
  const targets = [
    'http://127.0.0.1:OTHER/',
    'http://127.0.0.2:PORT/',
    'http://[::1]:PORT/',
    'http://0x7f.1:OTHER/',
    '//127.0.0.2:PORT/',
    'http://loopback.test:OTHER/',
    'http://mixed.test:OTHER/',
    'http://localhost:PORT/',
    'http://169.254.169.254/latest/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:OTHER/',
    'data:text/plain,x',
    'http:\\\\127.0.0.1:OTHER\\',
    'http://127.0.0.1:PORT/?to=http://127.0.0.1:OTHER/',
    '/?to=http%3A%2F%2F127.0.0.2%3APORT%2F',
  ];

  it.each(targets)('checks %s, whoever was called first', async (target) => {
    const client = range.client({ allowHosts: [range.at('127.0.0.1:PORT')] });
    const url = range.at(`http://127.0.0.1:PORT/?to=${encodeURIComponent(range.at(target))}`);
    await expect(get(client, url, 'follow')).rejects.toMatchObject({ code: 'http-client.address-refused' });
    const byOperator = range.client().request({ method: 'GET', url, trust: 'operator', redirects: 'follow' });
    await expect(byOperator).rejects.toMatchObject({ code: 'http-client.address-refused' });
    expect(range.hits.filter((hit) => !hit.startsWith('127.0.0.1 /?to='))).toEqual([]);
  });

  it('follows to what is allowed', async () => {
    const client = range.client({ allowHosts: ['127.0.0.0/8'] });
    const response = await get(client, range.at('http://127.0.0.1:PORT/?to=http://127.0.0.2:OTHER/end'), 'follow');
    expect(response).toMatchObject({ status: 200, url: range.at('http://127.0.0.2:OTHER/end') });
  });
});

describe('the allow list', () => {
  const nearMisses: [entry: string, url: string][] = [
    ['127.0.0.1:OTHER', 'http://127.0.0.1:PORT/'],
    ['127.0.0.2', 'http://127.0.0.1:PORT/'],
    ['127.0.0.2/31', 'http://127.0.0.1:PORT/'],
    ['127.0.0.1/32', 'http://[::ffff:127.0.0.1]:PORT/'],
    ['127.0.0.1/32', 'http://localhost:PORT/'],
    ['127.0.0.1/32', 'http://mixed-allowed.test:PORT/'],
    ['127.0.0.1/32', 'http://mapped.test:PORT/'],
    ['loopback.test', 'http://x.loopback.test:PORT/'],
    ['loopback.test', 'http://127.0.0.1:PORT/'],
    ['loopback.test:OTHER', 'http://loopback.test:PORT/'],
    ['test', 'http://loopback.test:PORT/'],
    ['localhost:OTHER', 'http://localhost:PORT/'],
    ['[::1]', 'http://[::2]:PORT/'],
  ];
  it.each(nearMisses)('%s does not open %s', async (entry, url) => {
    const client = range.client({ allowHosts: [range.at(entry)] });
    await expect(get(client, range.at(url))).rejects.toMatchObject({ code: 'http-client.address-refused' });
    expect(range.hits).toEqual([]);
  });

  it.each([
    ['127.0.0.1', 'http://2130706433:PORT/'],
    ['127.0.0.1:PORT', 'http://127.0.0.1:PORT/'],
    ['127.0.0.0/8', 'http://loopback.test:PORT/'],
    ['loopback.test', 'http://LOOPBACK.test.:PORT/'],
    ['loopback.test:PORT', 'http://loopback.test:PORT/'],
  ])('%s opens %s, over plain http too', async (entry, url) => {
    const client = range.client({ allowHosts: [range.at(entry)], isHttpsOnly: true });
    expect((await get(client, range.at(url))).status).toBe(200);
  });
});

describe('https only', () => {
  it.each([
    ['http://8.8.8.8/', []],
    ['http://example.org/', []],
    ['http://8.8.8.8/', ['10.0.0.0/8']],
  ])('refuses %s with %j allowed', async (url, allowHosts) => {
    await expect(get(range.client({ isHttpsOnly: true, allowHosts }), url)).rejects.toMatchObject({
      details: { reason: 'https-required' },
    });
  });

  it('refuses a plain connection to a public address even when networks are allowed', async () => {
    const client = range.client({ isHttpsOnly: true, allowHosts: ['10.0.0.0/8'] });
    await expect(get(client, 'http://public.test/')).rejects.toMatchObject({ details: { reason: 'https-required' } });
  });
});

it.each<[string, (guard: AddressGuard) => OutboundTransport]>([
  ['undici', (guard) => new UndiciTransport(guard, range.resolve)],
  ['axios', (guard) => new AxiosTransport(new HttpService(axios.create()), new OutboundAgents(guard, range.resolve))],
])('judges connections even if nobody looked at the URL: %s', async (_, transportWith) => {
  const guard = new AddressGuard({ allowHosts: [range.at('127.0.0.1:PORT')], isHttpsOnly: false });
  const transport = transportWith(guard);
  const exchange = {
    method: 'GET',
    headers: {},
    body: undefined,
    trust: 'caller',
    isFrequent: true,
    certificateAuthority: undefined,
    bodyLimit: () => ({ maxBytes: 1000, onExcess: 'fail' }) as const,
  } as const;
  const limit = new AttemptLimit(60_000, undefined);
  for (const url of [
    'http://127.0.0.1:OTHER/',
    'https://127.0.0.1:OTHER/',
    'http://[::1]:PORT/',
    'https://loopback.test:OTHER/',
  ]) {
    await expect(transport.exchange({ ...exchange, url: new URL(range.at(url)), limit })).rejects.toMatchObject({
      code: 'http-client.address-refused',
    });
  }
  limit.dispose();
  transport.close();
});
