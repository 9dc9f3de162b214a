import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * IPv4 blocks that do not lead to a host on the public internet.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const nonPublicIpv4 = [
  '0.0.0.0/8', // "this network", RFC 791; Linux connects 0.0.0.0 to itself
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // carrier-grade NAT, RFC 6598; cloud metadata of some providers
  '127.0.0.0/8', // loopback, RFC 1122
  '169.254.0.0/16', // link-local, RFC 3927; cloud metadata of most providers
  '172.16.0.0/12', // private, RFC 1918
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890; cloud metadata of some providers
  '192.0.2.0/24', // documentation, RFC 5737
  '192.88.99.0/24', // 6to4 relays, RFC 7526
  '192.168.0.0/16', // private, RFC 1918
  '198.18.0.0/15', // benchmarks, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast, RFC 5771
  '240.0.0.0/4', // reserved and limited broadcast, RFC 1112 and RFC 919
].map((block) => ipaddr.IPv4.parseCIDR(block));

/**
 * The IPv6 block that IANA gives out for hosts. Whatever lies outside is not public and needs no list: loopback, IPv4-mapped and
 * -compatible, NAT64, discard-only, SRv6, unique local, link-local, site-local, multicast, and what has no use yet.
 */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Blocks inside `globalUnicast` that do not lead to a host on the public internet either.
 *
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const nonPublicIpv6 = [
  '2001::/23', // IETF protocol assignments, RFC 2928: Teredo, benchmarks, ORCHID, drone ids, anycast services
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4, RFC 3056: embeds an IPv4 address
  '3fff::/20', // documentation, RFC 9637
].map((block) => ipaddr.IPv6.parseCIDR(block));

/** ISATAP tunnels to the IPv4 address behind the interface identifier 0:5efe or 200:5efe of any prefix (RFC 5214 section 6.1). */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe;
}

/** Whether the address is of a host on the public internet. What is not a plain IPv4 or IPv6 address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) {
    const parsed = ipaddr.IPv4.parse(address);
    return !nonPublicIpv4.some((block) => parsed.match(block));
  }
  if (!isIPv6(address) || address.includes('%')) return false; // a zone id names an interface of this machine
  const parsed = ipaddr.IPv6.parse(address);
  return parsed.match(globalUnicast) && !nonPublicIpv6.some((block) => parsed.match(block)) && !isIsatap(parsed);
}
