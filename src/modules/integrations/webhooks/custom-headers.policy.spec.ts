import fc from 'fast-check';
import { problemsWithHeaders } from './custom-headers.policy.js';

describe('the headers of an owner', () => {
  it('may carry credentials of the receiver', () => {
    expect(problemsWithHeaders({ Authorization: 'Bearer x', 'X-Api-Key': 'ä key', 'user-agent': 'ours' })).toEqual([]);
  });

  it.each([
    'Host',
    'content-length',
    'Content-Type',
    'Transfer-Encoding',
    'Connection',
    'Proxy-Authorization',
    'WEBHOOK-ID',
    'webhook-signature',
    'Webhook-Anything',
    'X-Webhook-Signature',
    'Svix-Id',
    '__proto__',
    'with space',
    'colon:',
    '',
    'x'.repeat(101),
  ])('may not be named %j', (name) => {
    const headers = Object.fromEntries([[name, 'x']]);
    expect(problemsWithHeaders(headers)).toMatchObject([{ field: `headers.${name.slice(0, 100)}` }]);
  });

  it.each(['a\r\nx: y', 'a\nb', '\0', '', '\u0100', 'x'.repeat(2049), 7, null, ['a']])('may not be %j', (value) => {
    expect(problemsWithHeaders({ 'X-Key': value })).toMatchObject([{ field: 'headers.X-Key' }]);
  });

  it('are few, and each is given once whatever its case', () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`X-${index}`, 'x']));
    expect(problemsWithHeaders(many)).toMatchObject([{ field: 'headers' }]);
    expect(problemsWithHeaders({ 'X-A': '1', 'x-a': '2' })).toMatchObject([{ field: 'headers.x-a' }]);
  });

  it('never let a line break through', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('\r', '\n', '\r\n'), fc.string(), (before, lineBreak, after) => {
        const text = before + lineBreak + after;
        const found = [
          ...problemsWithHeaders({ 'X-A': text }),
          ...problemsWithHeaders(Object.fromEntries([[text, 'x']])),
        ];
        return found.length === 2;
      }),
    );
  });
});
