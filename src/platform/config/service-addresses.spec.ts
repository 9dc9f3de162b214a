import { parseServiceAddresses } from './service-addresses.js';

describe('parseServiceAddresses', () => {
  it('reads every form, and several of them', () => {
    expect(
      parseServiceAddresses(
        'http://one:3002/, https://user:pw@two.example/base/,dns+http://exec:3002, srv+http://_exec._tcp.local',
      ),
    ).toEqual([
      { kind: 'fixed', url: 'http://one:3002' },
      { kind: 'fixed', url: 'https://user:pw@two.example/base' },
      { kind: 'dns', hostname: 'exec', port: 3002, path: '' },
      { kind: 'srv', hostname: '_exec._tcp.local', scheme: 'http', path: '' },
    ]);
  });

  it.each([
    ['ftp://x', /must look like/],
    ['dns+ftp://x', /must look like/],
    ['executor:3002', /must look like/],
    ['http://a,b', /address 2 must look like/],
    ['http://a?x=1', /neither query nor fragment/],
    ['dns+https://a', /cannot be dns\+https/],
    ['dns+http://u:secret@a:1', /cannot hold a user name/],
    ['srv+http://_a._tcp.b:80', /needs no port/],
    ['http://a:1,http://a:1/', /twice/],
  ])('refuses %s without quoting it', (text, message) => {
    expect(() => parseServiceAddresses(text)).toThrow(message);
    try {
      parseServiceAddresses(text);
    } catch (error) {
      expect((error as Error).message).not.toContain('secret');
    }
  });
});
