import type { HttpClient } from '../../src/platform/http-client/http-client.js';
import { get, SsrfRange } from './ssrf-range.js';

const zone: Record<string, string[]> = {
  'private.test': ['10.0.0.1'],
  'loopback.test': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'zero.test': ['0.0.0.0'],
  'metadata.google.internal': ['169.254.169.254'],
  'nas.local': ['192.168.1.10'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'nat64.test': ['64:ff9b::7f00:1'],
  '6to4.test': ['2002:7f00:1::1'],
  'ula.test': ['fd00::1'],
  'linklocal.test': ['fe80::1%lo'],
  'mixed.test': ['93.184.215.14', '127.0.0.1'],
  'mixed-last.test': ['127.0.0.1', '93.184.215.14'],
  'mixed-families.test': ['2606:2800:220:1::1', '127.0.0.1'],
  'mixed-allowed.test': ['127.0.0.1', '10.0.0.1'],
  'nonsense.test': ['127.1'],
  intranet: ['172.16.0.5'],
  'cgnat.test': ['100.100.100.200'],
  'xn--bcher-kva.test': ['127.0.0.1'],
};

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Hosts that lead nowhere public, in every spelling that a URL parser or a resolver might understand. */
const hosts = [
  ...words(`127.0.0.1 127.0.0.2 127.255.255.254 127.1 127.0.1 127.0.0.1. 0 0.0.0.0 0x0 0.1`),
  ...words(`2130706433 0x7f000001 0x7f000001. 0x7F.0x0.0x0.0x1 0x7f.1 017700000001 0177.0.0.1 0177.1 00000177.0.0.0x1`),
  ...words(`127。0。0。1 １２７.０.０.１ ①②⑦.⓪.⓪.① %31%32%37.0.0.1 127.0.0%2e1 %30x7f.1 127.0.0.1%E3%80%82`),
  ...words(`10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 100.100.100.200 192.0.0.192`),
  ...words(`169.254.169.254 0xA9FEA9FE 2852039166 0251.0376.0251.0376 169.16689662 169.254.43518 0xa9.254.0251.0xfe`),
  ...words(`192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 240.0.0.1 255.255.255.255 4294967295`),
  ...words(`[::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::127.0.0.1] [::7f00:1] [::ffff:127.0.0.1] [::ffff:7f00:1]`),
  ...words(`[::ffff:0:127.0.0.1] [0:0:0:0:0:FFFF:A9FE:A9FE] [64:ff9b::127.0.0.1] [64:ff9b:1::a00:1] [2002:7f00:1::]`),
  ...words(`[2002:a00:1::1] [2001:0:4136:e378:8000:63bf:80ff:fffe] [2001:10::1] [2001:20::1] [2001:db8::1] [3fff::1]`),
  ...words(
    `[fe80::1] [fd00:ec2::254] [fc00::1] [fec0::1] [ff02::1] [5f00::1] [100::1] [4000::1] [2a00:1450::5efe:7f00:1]`,
  ),
  ...words(`[2a00:1450::200:5efe:127.0.0.1] PRIVATE.test private.test. private%2etest private。test bücher.test`),
  ...Object.keys(zone),
];

/** Refused whatever the settings, by reason. On PORT a server listens. */
const attempts: Record<string, string[]> = {
  'not-public': hosts.map((host) => `http://${host}:PORT/`),
  'local-name': words(
    `localhost LOCALHOST localhost. localhost.. loc%61lhost ｌocalhost localhost。 admin.localhost a.b.localhost.`,
  ).map((host) => `http://${host}:PORT/`),
  'scheme-not-allowed': words(
    `file:///etc/passwd ftp://example.org/ gopher://127.0.0.1:PORT/_GET data:text/plain,x ws://example.org/ javascript:1
     unix:/var/run/docker.sock http+unix://%2Fvar%2Frun%2Fdocker.sock/ dict://127.0.0.1:PORT/ blob:http://127.0.0.1:PORT/`,
  ),
  'credentials-in-url': words(
    `http://user:pass@example.org/ http://example.org@127.0.0.1:PORT/ http://127.0.0.1:PORT@example.org/
     http://@@127.0.0.1:PORT/ http://:x@127.0.0.1:PORT/ http://a%40b@127.0.0.1:PORT/`,
  ),
};

/** What no two parsers read alike is no URL at all. */
const invalid = [
  'http://127.0.0.1:PORT\\@example.org/',
  'http://example.org\\@127.0.0.1:PORT/',
  'http://example.org @127.0.0.1:PORT/',
  'http://127.0.0.1:PORT\r\n/',
  'ht\ntp://127.0.0.1:PORT/',
  'http://127.0.0.\t1/',
  'http://127.0.0.1\0.example.org/',
  ' http://127.0.0.1/',
  ...words(`//127.0.0.1/ /relative http:// http://[::1]./ http://[::1/ http://[fe80::1%25lo]/ http://[fe80::1%lo]/`),
  ...words(`http://1.2.3.4.5/ http://4294967296/ http://256.1/ http://08.1/ http://exa%00mple.org/ http://a:99999/`),
];

const range = new SsrfRange(zone);

beforeAll(() => range.start());
beforeEach(() => range.reset());
afterAll(() => range.stop());

describe('addresses that come through the API', () => {
  const table = Object.entries(attempts).flatMap(([reason, urls]) => urls.map((url) => ({ reason, url })));
  let client: HttpClient;
  beforeAll(() => {
    client = range.client();
  });

  it('has a table worth its name', () => {
    expect(new Set([...table.map(({ url }) => url), ...invalid]).size).toBeGreaterThan(140);
  });

  it.each(table)('refuses $url: $reason', async ({ reason, url }) => {
    await expect(get(client, range.at(url))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'http-client.address-refused',
      details: { reason },
    });
    expect(range.hits).toEqual([]);
  });

  it.each(invalid)('does not read %j as a URL', async (url) => {
    await expect(get(client, range.at(url))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'http-client.request-invalid',
    });
    expect(range.hits).toEqual([]);
  });

  it.each(table.filter(({ url }) => !/test|internal|local[:.]|intranet/.test(url) || url.includes('localhost')))(
    'says so when $url is saved',
    ({ reason, url }) => {
      expect(() => client.checkAddress(range.at(url))).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ reason }) }),
      );
    },
  );

  it.each([
    'https://hooks.example/x?y=z',
    'http://8.8.8.8:8080/',
    'https://[2606:4700:4700::1111]/',
    'https://10.0.0.1.nip.example/',
  ])('lets %s be saved', (url) => expect(() => client.checkAddress(url)).not.toThrow());

  it('speaks neither of the path nor of credentials', async () => {
    const error = await get(client, range.at('http://user:hunter2@127.0.0.1:PORT/token?key=hunter3')).catch(
      (reason: unknown) => reason,
    );
    expect(JSON.stringify([error, (error as Error).message])).not.toMatch(/hunter/);
  });
});
