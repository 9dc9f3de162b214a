import { AllowList } from './allow-list.policy.js';
import { endpointOf } from './endpoint.js';

const hasHost = (entries: string[], url: string): boolean => new AllowList(entries).hasHost(endpointOf(new URL(url)));

describe('AllowList', () => {
  it.each([
    ['campus.edu', 'https://campus.edu/'],
    ['campus.edu', 'http://campus.edu:8443/'],
    ['campus.edu', 'https://CAMPUS.edu./'],
    ['Campus.EDU.', 'https://campus.edu/'],
    ['bücher.example', 'https://xn--bcher-kva.example/'],
    ['campus.edu:443', 'https://campus.edu/'],
    ['campus.edu:80', 'http://campus.edu/'],
    ['10.0.0.5:8080', 'http://10.0.0.5:8080/'],
    ['[fd00::1]:8443', 'https://[fd00:0::1]:8443/'],
    ['sis', 'http://sis/'],
  ])('%s names %s', (entry, url) => expect(hasHost([entry], url)).toBe(true));

  it.each([
    ['campus.edu', 'https://www.campus.edu/'],
    ['campus.edu', 'https://campus.edu.evil.example/'],
    ['campus.edu', 'https://evil-campus.edu/'],
    ['campus.edu', 'https://edu/'],
    ['campus.edu:8443', 'https://campus.edu/'],
    ['campus.edu:443', 'http://campus.edu/'],
    ['10.0.0.5:8080', 'http://10.0.0.5:8081/'],
    ['10.0.0.5:8080', 'http://10.0.0.50:8080/'],
  ])('%s does not name %s', (entry, url) => expect(hasHost([entry], url)).toBe(false));

  it.each([
    ['10.1.0.0/16', '10.1.255.255', true],
    ['10.1.0.0/16', '10.2.0.0', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['fd00::/8', 'fd00::1%eth0', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', false],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '127.0.0.1', false],
    ['10.0.0.0/8', 'campus.edu', false],
  ])('%s and the address %s: %s', (entry, address, expected) => {
    expect(new AllowList([entry]).hasAddress(address)).toBe(expected);
  });

  it.each([
    '*.campus.edu',
    'https://campus.edu',
    'campus.edu/path',
    'campus.edu:99999',
    'campus.edu:x',
    'user@campus.edu',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.0/8/8',
    'fd00::/129',
    'fe80::1%eth0',
    'a b',
    '%31',
    '',
  ])('does not start with "%s"', (entry) => expect(() => new AllowList([entry])).toThrow(`"${entry}" is not a host`));
});
