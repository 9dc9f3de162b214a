import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Ranges that Fastify knows by name. */
const namedRanges = new Set(['loopback', 'linklocal', 'uniquelocal']);

/**
 * Whether an item of TRUSTED_PROXIES is an address, a CIDR range or the name of one. The whole of IPv4 or IPv6 is refused: then
 * anybody could choose the address that limits and logs believe.
 */
export function isProxyRange(item: string): boolean {
  if (namedRanges.has(item) || isIP(item) !== 0) return true;
  return ipaddr.isValidCIDR(item) && !item.endsWith('/0');
}
