import type { LookupAddress, LookupOptions } from 'node:dns';
import { AddressGuard } from './address-guard.policy.js';
import { guardedLookup, type HostResolver } from './guarded-lookup.js';

const endpoint = { hostname: 'hooks.example', port: 443, isSecure: true };
const guard = new AddressGuard({ allowHosts: ['10.9.0.0/16'], isHttpsOnly: true });

function lookUp(addresses: string[], options: LookupOptions = { all: true }): Promise<LookupAddress[] | string> {
  const resolve: HostResolver = async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return new Promise((settle, reject) => {
    guardedLookup(endpoint, guard, resolve)('hooks.example', options, (error, found) =>
      error === null ? settle(found) : reject(error),
    );
  });
}

describe('guardedLookup', () => {
  it('hands the judged addresses to the connection, in their order', async () => {
    await expect(lookUp(['93.184.215.14', '2606:2800::1', '10.9.0.1'])).resolves.toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:2800::1', family: 6 },
      { address: '10.9.0.1', family: 4 },
    ]);
  });

  it('hands over one address when one is asked for', async () => {
    await expect(lookUp(['93.184.215.14', '93.184.215.15'], {})).resolves.toBe('93.184.215.14');
  });

  it.each([
    [['10.0.0.1']],
    [['93.184.215.14', '10.0.0.1']],
    [['::1', '93.184.215.14']],
    [['10.9.0.1', '10.8.0.1']],
    [['not an address']],
  ])('refuses %j', async (addresses) => {
    await expect(lookUp(addresses)).rejects.toMatchObject({
      code: 'http-client.address-refused',
      details: { host: 'hooks.example', reason: 'not-public' },
    });
  });

  it('does not tell the outside what the name resolves to', async () => {
    const error = (await lookUp(['10.0.0.1']).catch((reason: unknown) => reason)) as Error;
    expect(JSON.stringify([error, error.message, error.cause])).not.toContain('10.0.0.1');
  });

  it('treats an empty answer as an unknown name', async () => {
    await expect(lookUp([])).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('passes on what the resolver says', async () => {
    const failing: HostResolver = () => Promise.reject(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }));
    const error = await new Promise((settle) => {
      guardedLookup(endpoint, guard, failing)('hooks.example', { all: true }, (reason) => settle(reason));
    });
    expect(error).toMatchObject({ code: 'EAI_AGAIN' });
  });
});
