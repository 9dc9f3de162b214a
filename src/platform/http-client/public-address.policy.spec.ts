import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { isPublicAddress } from './public-address.policy.js';

/** First and last address of each block, and the neighbours outside. */
const blocks: { block: string; first: string; last: string; outside: string[] }[] = [
  { block: '0/8', first: '0.0.0.0', last: '0.255.255.255', outside: ['1.0.0.0'] },
  { block: '10/8', first: '10.0.0.0', last: '10.255.255.255', outside: ['9.255.255.255', '11.0.0.0'] },
  { block: '100.64/10', first: '100.64.0.0', last: '100.127.255.255', outside: ['100.63.255.255', '100.128.0.0'] },
  { block: '127/8', first: '127.0.0.0', last: '127.255.255.255', outside: ['126.255.255.255', '128.0.0.0'] },
  { block: '169.254/16', first: '169.254.0.0', last: '169.254.255.255', outside: ['169.253.255.255', '169.255.0.0'] },
  { block: '172.16/12', first: '172.16.0.0', last: '172.31.255.255', outside: ['172.15.255.255', '172.32.0.0'] },
  { block: '192.0.0/24', first: '192.0.0.0', last: '192.0.0.255', outside: ['191.255.255.255', '192.0.1.0'] },
  { block: '192.0.2/24', first: '192.0.2.0', last: '192.0.2.255', outside: ['192.0.1.255', '192.0.3.0'] },
  { block: '192.88.99/24', first: '192.88.99.0', last: '192.88.99.255', outside: ['192.88.98.255', '192.88.100.0'] },
  { block: '192.168/16', first: '192.168.0.0', last: '192.168.255.255', outside: ['192.167.255.255', '192.169.0.0'] },
  { block: '198.18/15', first: '198.18.0.0', last: '198.19.255.255', outside: ['198.17.255.255', '198.20.0.0'] },
  { block: '198.51.100/24', first: '198.51.100.0', last: '198.51.100.255', outside: ['198.51.99.255', '198.51.101.0'] },
  { block: '203.0.113/24', first: '203.0.113.0', last: '203.0.113.255', outside: ['203.0.112.255', '203.0.114.0'] },
  { block: '224/3', first: '224.0.0.0', last: '255.255.255.255', outside: ['223.255.255.255'] },
  { block: 'below 2000::/3', first: '::', last: '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', outside: ['2000::1'] },
  { block: 'above 2000::/3', first: '4000::', last: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', outside: ['3ffe::'] },
  { block: '2001::/23', first: '2001::', last: '2001:1ff:ffff::', outside: ['2001:200::', '2000:ffff::1'] },
  { block: '2001:db8::/32', first: '2001:db8::', last: '2001:db8:ffff::', outside: ['2001:db7:ffff::', '2001:db9::'] },
  { block: '2002::/16', first: '2002::', last: '2002:ffff::', outside: ['2001:ffff::', '2003::'] },
  { block: '3fff::/20', first: '3fff::', last: '3fff:fff:ffff::', outside: ['3ffe:ffff::', '3fff:1000::'] },
];

const special = {
  loopback: '::1',
  'IPv4-mapped': '::ffff:8.8.8.8',
  'IPv4-compatible': '::8.8.8.8',
  'IPv4-translated': '::ffff:0:8.8.8.8',
  NAT64: '64:ff9b::808:808',
  'local NAT64': '64:ff9b:1::1',
  'discard-only': '100::1',
  'dummy prefix': '100:0:0:1::1',
  Teredo: '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  ORCHID: '2001:10::1',
  ORCHIDv2: '2001:20::1',
  SRv6: '5f00::1',
  'unique local': 'fd12:3456::1',
  'link-local': 'fe80::1',
  'link-local with a zone': 'fe80::1%eth0',
  'public with a zone': '2606:4700::1111%1',
  'site-local': 'fec0::1',
  multicast: 'ff02::1',
  ISATAP: '2a00:1450::5efe:10.0.0.1',
  'ISATAP, universal': '2a00:1450:1:2:200:5efe:a00:1',
};

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));

describe('isPublicAddress', () => {
  it.each(blocks)('knows the edges of $block', ({ first, last, outside }) => {
    expect(isPublicAddress(first)).toBe(false);
    expect(isPublicAddress(last)).toBe(false);
    for (const address of outside) expect(isPublicAddress(address)).toBe(true);
  });

  it.each(Object.entries(special))('refuses %s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001::200e', '2a00:1450:0:0:0:5eff:fe00:1'])(
    'lets %s through',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each(['', 'example.org', '010.0.0.1', '1.2.3', '0x08080808', '8.8.8.8 ', '[2606:4700::1111]', '8.8.8.8%eth0'])(
    'takes nothing but canonical addresses: "%s"',
    (text) => expect(isPublicAddress(text)).toBe(false),
  );

  it('never calls an IPv4 address public that another table of the registry knows as special', () => {
    fc.assert(
      fc.property(octets, (address) => {
        if (isPublicAddress(address)) expect(ipaddr.parse(address).range()).toMatch(/^(unicast|as112|amt)$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('never calls an IPv6 address public that another table of the registry knows as special', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (isPublicAddress(address)) expect(ipaddr.parse(address).range()).toMatch(/^(unicast|as112.*|amt)$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses every IPv6 address that carries an IPv4 one by a known transition mechanism', () => {
    const embed = (v4: string): string[] => {
      const [a, b, c, d] = v4.split('.').map(Number) as [number, number, number, number];
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      return [`::ffff:${v4}`, `::${v4}`, `64:ff9b::${v4}`, `64:ff9b:1::${v4}`, `2002:${hex}::1`, `2a00::5efe:${v4}`];
    };
    fc.assert(
      fc.property(octets, (v4) => {
        for (const address of embed(v4)) expect(isPublicAddress(address)).toBe(false);
      }),
    );
  });
});
