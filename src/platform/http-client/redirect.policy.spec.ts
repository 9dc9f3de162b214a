import { nextHop, type Hop } from './redirect.policy.js';

const hop: Hop = {
  method: 'GET',
  url: new URL('https://api.example/v1/courses?page=1'),
  headers: {
    accept: 'application/json',
    authorization: 'Bearer t',
    cookie: 'a=b',
    'x-api-key': 'k',
    'user-agent': 'Lyceum',
  },
  body: undefined,
  trust: 'caller',
};
const post: Hop = {
  ...hop,
  method: 'POST',
  headers: { ...hop.headers, 'content-type': 'application/json', 'content-language': 'en' },
  body: Buffer.from('{}'),
};

function followed(from: Hop, status: number, location: string): Hop {
  const next = nextHop(from, status, location);
  if (typeof next !== 'object') throw new Error(`not followed: ${next}`);
  return next;
}

describe('nextHop', () => {
  it.each([200, 201, 300, 304, 305, 306, 400])('does not take %i for a redirect', (status) => {
    expect(nextHop(hop, status, '/elsewhere')).toBeUndefined();
  });

  it('does not take a redirect without target for one', () => {
    expect(nextHop(hop, 302, undefined)).toBeUndefined();
  });

  it.each([
    ['/v2', 'https://api.example/v2'],
    ['?page=2', 'https://api.example/v1/courses?page=2'],
    ['//other.example/x', 'https://other.example/x'],
    ['http://127.0.0.1/', 'http://127.0.0.1/'],
  ])('resolves %s against the current address', (location, href) => {
    expect(followed(hop, 302, location).url.href).toBe(href);
  });

  it.each([
    [301, 'GET', 'GET'],
    [302, 'POST', 'GET'],
    [301, 'PUT', 'PUT'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'DELETE', 'DELETE'],
  ] as const)('%i turns %s into %s', (status, method, expected) => {
    expect(followed({ ...post, method }, status, '/v2').method).toBe(expected);
  });

  it('drops a body together with what describes it', () => {
    const next = followed(post, 303, '/v2');
    expect(next.body).toBeUndefined();
    expect(Object.keys(next.headers).toSorted()).toEqual([
      'accept',
      'authorization',
      'cookie',
      'user-agent',
      'x-api-key',
    ]);
  });

  it('keeps the headers and the trust on the same origin', () => {
    const next = followed({ ...post, trust: 'operator' }, 307, 'https://api.example:443/v2');
    expect(next).toMatchObject({ headers: post.headers, body: post.body, trust: 'operator' });
  });

  it.each([
    'https://evil.example/',
    'http://api.example/',
    'https://api.example:8443/',
    'https://api.example.evil.example/',
  ])('takes no credential of any name to %s', (location) => {
    const next = followed({ ...hop, trust: 'operator' }, 302, location);
    expect(next.headers).toEqual({ accept: 'application/json', 'user-agent': 'Lyceum' });
    expect(next.trust).toBe('caller');
  });

  it('does not bring credentials back when a chain returns', () => {
    const back = followed(followed(hop, 302, 'https://evil.example/'), 302, 'https://api.example/');
    expect(back.headers['authorization']).toBeUndefined();
  });

  it('does not bring trust back when a chain returns', () => {
    const back = followed(
      followed({ ...hop, trust: 'operator' }, 302, 'https://evil.example/'),
      302,
      'https://api.example/',
    );
    expect(back.trust).toBe('caller');
  });

  it('goes along from http to https of the same host, without credentials', () => {
    const plain: Hop = { ...post, url: new URL('http://portal.internal/x'), trust: 'operator' };
    const next = followed(plain, 308, 'https://portal.internal/x');
    expect(next).toMatchObject({ trust: 'operator', body: plain.body });
    expect(next.headers['authorization']).toBeUndefined();
    expect(
      followed(
        { ...hop, url: new URL('http://portal.internal:8080/x'), trust: 'operator' },
        308,
        'https://portal.internal/x',
      ).trust,
    ).toBe('caller');
  });

  it.each([
    [307, 'https://evil.example/', 'it would hand the body to another origin'],
    [302, 'http://', 'its target is not a URL'],
    [302, 'https://user@api.example/', 'its target holds a user name or password'],
  ])('refuses %i to %s', (status, location, problem) => {
    expect(nextHop(post, status, location)).toBe(problem);
  });
});
