import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { AddressGuard } from './address-guard.policy.js';
import type { Endpoint } from './endpoint.js';
import { addressRefused } from './outbound-error.js';

/** Every address of a name. */
export type HostResolver = (hostname: string) => Promise<LookupAddress[]>;

/** As the rest of the machine resolves: hosts file, search domains and all. */
export const systemResolver: HostResolver = (hostname) => lookup(hostname, { all: true });

/**
 * The `lookup` of one connection. The name is resolved once, and the connection goes to the very addresses that were judged,
 * so a name that changes its mind between check and use (DNS rebinding) gains nothing. One bad address condemns the name:
 * a mixed answer is an attack or a mistake.
 */
export function guardedLookup(endpoint: Endpoint, guard: AddressGuard, resolve: HostResolver): LookupFunction {
  const vetted = async (hostname: string): Promise<LookupAddress[]> => {
    const addresses = await resolve(hostname);
    for (const { address } of addresses) {
      const refusal = guard.inspectAddress(address, endpoint);
      if (refusal !== undefined) throw addressRefused(endpoint.hostname, refusal);
    }
    return addresses;
  };
  const withCallback = callbackify(vetted);
  return (hostname, options, callback) => {
    withCallback(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, '');
      else if (first === undefined) callback(nameNotResolved(hostname), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function nameNotResolved(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
}
