import fc from 'fast-check';
import type { OpenApi, Schema } from '../support/openapi.js';

/** A request as bytes-to-be: nothing in it needs to be valid. */
export interface MalformedRequest {
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer | undefined;
}

/** Values that break careless code: types that do not fit, numbers out of range, text that is no text, names with a meaning. */
const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '../../etc/passwd',
    "' OR 1=1 --",
    '${7*7}',
    '__proto__',
    'constructor',
    'NaN',
    'null',
    '-1',
    '1e309',
    '99999999999999999999',
    '0x10',
    '2026-13-45T99:99:99Z',
    '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-00000000000g',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer({ min: 100, max: 20_000 }).map((length) => 'a'.repeat(length)),
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1.5,
      1e21,
      -1e308,
      Number.MAX_SAFE_INTEGER,
      [],
      {},
      [[]],
      [null],
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** JSON text of a value, and what is nearly JSON. */
const textOf = (value: unknown): fc.Arbitrary<Buffer> => {
  const json = JSON.stringify(value) ?? 'null';
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(Buffer.from(json)) },
    { weight: 1, arbitrary: fc.nat({ max: json.length }).map((length) => Buffer.from(json.slice(0, length))) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(
          '[1e999]',
          '{"a":1,"a":2}',
          '{"__proto__":{"x":1}}',
          '"\\ud800"',
          '[-]',
          '\ufeff{}',
          '{"a":'.repeat(5000),
          '['.repeat(100_000),
        )
        .map((text) => Buffer.from(text)),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
};

/** A body with the members that the route documents, and values that it does not. */
function bodyOf(api: OpenApi, schema: Schema | undefined): fc.Arbitrary<Buffer> {
  const resolved = schema === undefined ? {} : api.resolve(schema);
  const names = Object.keys(resolved.properties ?? {});
  const example = (name: string) => {
    const member = resolved.properties?.[name];
    return member === undefined ? undefined : api.resolve(member)['example'];
  };
  const members = fc.record(
    Object.fromEntries(
      names.map((name) => [
        name,
        fc.oneof({ weight: 3, arbitrary: fc.constant(example(name)) }, { weight: 2, arbitrary: hostileValue }),
      ]),
    ),
    { requiredKeys: [] },
  );
  const extra = fc.dictionary(hostileText, hostileValue, { maxKeys: 2 });
  const object = fc.tuple(members, fc.option(extra)).map(([known, unknown]) => ({ ...known, ...unknown }));
  return fc.oneof({ weight: 5, arbitrary: object }, { weight: 1, arbitrary: hostileValue }).chain(textOf);
}

/** Percent-encoded, raw where HTTP allows it, or encoded wrongly. */
const inTarget = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: text.map((value) => encodeURIComponent(Buffer.from(value).toString()).slice(0, 4000)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%zz', '%c3%28', '%ed%a0%80', '%00', '%2e%2e%2f', '%252e', ';a=1', 'ä'),
    },
  );

const queryOf = (names: string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof(fc.constantFrom(...names, '__proto__', 'limit', 'cursor'), inTarget(hostileText)),
        fc.constantFrom('', '[]', '[a]', '[__proto__]'),
        inTarget(hostileText),
      ),
      { maxLength: 4 },
    )
    .map((pairs) =>
      pairs.length === 0 ? '' : `?${pairs.map(([name, suffix, value]) => `${name}${suffix}=${value}`).join('&')}`,
    );

const contentTypes = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=',
      'application/json; charset=utf-16',
      'application/merge-patch+json',
      ';;;',
      'a'.repeat(500),
    ),
  },
);

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
});

const oddHeaderNames = [
  'accept accept-encoding accept-language content-encoding cookie expect forwarded idempotency-key if-match',
  'if-modified-since if-none-match origin prefer range te traceparent x-correlation-id x-forwarded-for x-forwarded-host',
  'x-forwarded-proto x-http-method-override x-request-id',
].flatMap((names) => names.split(' '));

const oddHeaders = fc.array(
  fc.tuple(
    fc.constantFrom(...oddHeaderNames),
    fc.oneof(printable, fc.constantFrom('*', 'bytes=0-', 'gzip;q=2, br;q=-1', ',,,', '""', 'W/"', '00-0-0-0')),
  ),
  { maxLength: 4 },
);

/** Any request at any route that the application documents, mostly by somebody who may call it. */
export function malformedRequest(api: OpenApi, credentials: [string, string][]): fc.Arbitrary<MalformedRequest> {
  const routes = [...api.operations()];
  return fc.constantFrom(...routes).chain(({ method, path, operation }) => {
    const parameters = (operation.parameters ?? []).flatMap((parameter) => ('name' in parameter ? [parameter] : []));
    const queries = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const segments = path.split('/').map((segment) => {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      if (name === undefined) return fc.constant(segment);
      const example = String(parameters.find((parameter) => parameter.name === name)?.example ?? 'x');
      return fc.oneof({ weight: 1, arbitrary: fc.constant(example) }, { weight: 1, arbitrary: inTarget(hostileText) });
    });
    const content = (operation.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined)?.content;
    const schema = Object.values(content ?? {})[0]?.schema;
    return fc
      .record({
        method: fc.oneof(
          { weight: 15, arbitrary: fc.constant(method.toUpperCase()) },
          { weight: 1, arbitrary: fc.constantFrom('PUT', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND') },
        ),
        path: fc.tuple(...segments).map((parts) => parts.join('/')),
        query: queryOf(queries),
        odd: oddHeaders,
        credential: fc.constantFrom(...credentials),
        contentType: contentTypes,
        body: method === 'get' ? fc.constant(undefined) : fc.option(bodyOf(api, schema), { nil: undefined, freq: 8 }),
      })
      .map(({ path, query, odd, credential, contentType, body, ...rest }) => ({
        method: rest.method,
        target: path + query,
        headers: [
          ...odd,
          credential,
          ...(body === undefined ? [] : [['content-type', contentType] as [string, string]]),
        ],
        body,
      }));
  });
}

/** The request on the wire, on a connection of its own. */
export function toWire({ method, target, headers, body }: MalformedRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'host: 127.0.0.1',
    'connection: close',
    ...headers.filter(([name]) => name !== '').map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
}
