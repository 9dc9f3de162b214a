import type { OutboundRequest } from './outbound-request.js';
import { prepareRequest } from './prepare-request.js';

const request: OutboundRequest = { method: 'GET', url: 'https://api.example/x', trust: 'caller' };
const prepare = (change: object, traceparent?: string) => prepareRequest({ ...request, ...change }, traceparent);

describe('prepareRequest', () => {
  it('fills in the defaults', () => {
    expect(prepare({})).toMatchObject({
      first: { headers: { accept: '*/*', 'accept-encoding': 'gzip, br', 'user-agent': 'Lyceum' }, body: undefined },
      limit: { maxBytes: 1_048_576, onExcess: 'fail' },
      timeoutMs: 15_000,
      deadlineMs: 15_000,
      attempts: 1,
      followsRedirects: false,
      hasCircuitBreaker: true,
    });
  });

  it('sends only once what must not be sent twice', () => {
    expect(prepare({ attempts: 3 })).toMatchObject({ attempts: 3, deadlineMs: 45_000 });
    expect(prepare({ attempts: 3, method: 'POST' }).attempts).toBe(1);
    expect(prepare({ attempts: 3, method: 'POST', isIdempotent: true }).attempts).toBe(3);
    expect(prepare({ attempts: 3, isIdempotent: false }).attempts).toBe(1);
  });

  it('continues the trace, unless the request brings its own', () => {
    expect(prepare({}, '00-a-b-01').first.headers['traceparent']).toBe('00-a-b-01');
    expect(prepare({ headers: { Traceparent: '00-c-d-00' } }, '00-a-b-01').first.headers['traceparent']).toBe(
      '00-c-d-00',
    );
  });

  it('makes a header of the credentials in an address of the operator', () => {
    const { first } = prepare({ trust: 'operator', url: 'http://us%3Aer:p%40ss%zz@executor:3002/' });
    expect(first.url.href).toBe('http://executor:3002/');
    expect(first.headers['authorization']).toBe(`Basic ${Buffer.from('us:er:p@ss%zz').toString('base64')}`);
  });

  it.each([
    ['a method that opens tunnels', { method: 'CONNECT' }, /method must be one of/],
    ['a relative URL', { url: '/x' }, /URL must be absolute/],
    ['a URL with a line break', { url: 'https://api.example/\nx' }, /URL must be absolute/],
    ['a URL with a tab in the scheme', { url: 'ht\ttps://api.example/' }, /URL must be absolute/],
    ['a URL with a backslash', { url: 'https://api.example\\@evil.example/' }, /URL must be absolute/],
    ['another scheme of the operator', { url: 'file:///etc/passwd', trust: 'operator' }, /must be http or https/],
    ['a host header', { headers: { Host: 'internal' } }, /Host is set by the client/],
    ['a second framing', { headers: { 'Transfer-Encoding': 'chunked' } }, /Transfer-Encoding is set by the client/],
    ['another length', { headers: { 'content-length': '1' } }, /content-length is set by the client/],
    ['an upgrade', { headers: { Upgrade: 'h2c' } }, /Upgrade is set by the client/],
    ['a split header', { headers: { 'x-a': 'b\r\nx-c: d' } }, /"x-a" has characters/],
    ['a split header name', { headers: { 'x-a: b\r\nx-c': 'd' } }, /has characters/],
    ['an empty certificate', { certificateAuthority: '' }, /certificateAuthority/],
    ['a broken certificate', { certificateAuthority: '-----BEGIN CERTIFICATE-----\nAAAA\n' }, /certificateAuthority/],
    ['no time at all', { timeoutMs: 0 }, /timeoutMs must be a whole number from 1/],
    ['a time that overflows a timer', { timeoutMs: 2 ** 31 }, /timeoutMs/],
    ['no number', { deadlineMs: Number.NaN }, /deadlineMs/],
    ['no attempt', { attempts: 0 }, /attempts/],
    ['a negative size', { maxResponseBytes: -1 }, /maxResponseBytes/],
  ])('refuses %s', (_, change, message) => {
    expect(() => prepare(change)).toThrow(message);
    expect(() => prepare(change)).toThrow(
      expect.objectContaining({ code: 'http-client.request-invalid', kind: 'invalid' }),
    );
  });

  it('quotes no header value in its complaint', () => {
    expect(() => prepare({ headers: { authorization: 'Bearer secret\n' } })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') as string }),
    );
  });
});
