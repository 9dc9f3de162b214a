import { gzipSync } from 'node:zlib';
import { Body, Controller, Post, RawBody, Req, Sse } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { interval, map, take, type Observable } from 'rxjs';
import { KeepsRawBody } from '../../src/platform/http/raw-body.decorator.js';
import { Unguarded } from '../../src/platform/http/unguarded.decorator.js';
import { startEdgeApp } from '../support/edge-app.js';

@Unguarded()
@Controller('probe')
class ProbeController {
  @Post('parsed')
  parsed(@Body() body: unknown, @Req() request: FastifyRequest): object {
    return { body: body ?? 'nothing', isRawKept: request.rawBody !== undefined };
  }

  @Post('raw')
  @KeepsRawBody()
  raw(@RawBody() bytes: Buffer | undefined, @Req() request: FastifyRequest): object {
    return { hex: bytes?.toString('hex') ?? 'nothing', isParsed: request.body !== undefined };
  }

  @Sse('events')
  events(): Observable<{ data: string }> {
    return interval(1).pipe(
      take(3),
      map(() => ({ data: 'x'.repeat(2000) })),
    );
  }
}

describe('request bodies', () => {
  let app: Awaited<ReturnType<typeof startEdgeApp>>;
  beforeAll(async () => {
    app = await startEdgeApp([ProbeController], { JSON_DEPTH_LIMIT: '8' });
  });
  afterAll(() => app.stop());

  const post = async (path: string, body: string | Buffer | undefined, headers: Record<string, string> = {}) => {
    const response = await fetch(`${app.url}/probe/${path}`, {
      method: 'POST',
      headers,
      ...(body !== undefined && { body }),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const json = { 'content-type': 'application/json' };

  it.each(['application/json', 'application/json; charset=utf-8', 'application/cloudevents+json', 'Application/JSON'])(
    'parses %s',
    async (type) => {
      const { json: answer } = await post('parsed', '{"a":[1,"ü"]}', { 'content-type': type });
      expect(answer).toEqual({ body: { a: [1, 'ü'] }, isRawKept: false });
    },
  );

  it('takes no body and an empty body as none', async () => {
    expect((await post('parsed', undefined)).json['body']).toBe('nothing');
    expect((await post('parsed', '', json)).json['body']).toBe('nothing');
  });

  it.each([
    ['text/plain', '{"a":1}'],
    ['application/x-www-form-urlencoded', 'a=1'],
    ['application/xml', '<a/>'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/jsonp', '{}'],
    ['text/json', '{}'],
    ['nonsense', '{}'],
  ])('answers 415 to %s', async (type, body) => {
    const { status, json: problem } = await post('parsed', body, { 'content-type': type });
    expect(status).toBe(415);
    expect(problem['detail']).toMatch(/application\/json|Media Type/);
  });

  it('answers 415 to a compressed body, so that none can grow', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
    const { status, json: problem } = await post('parsed', bomb, { ...json, 'content-encoding': 'gzip' });
    expect([status, problem['code']]).toEqual([415, 'request.content-encoding']);
  });

  it.each([
    ['{', 'request.invalid-json'],
    ['{"a":1}x', 'request.invalid-json'],
    ["{'a':1}", 'request.invalid-json'],
    ['{"__proto__":{"isAdmin":true}}', 'request.invalid-json'],
    ['{"a":{"\\u005f_proto__":{"isAdmin":true}}}', 'request.invalid-json'],
    ['{"constructor":{"prototype":{"isAdmin":true}}}', 'request.invalid-json'],
    ['['.repeat(9) + ']'.repeat(9), 'request.json-too-deep'],
    ['['.repeat(500_000), 'request.json-too-deep'],
    ['{"a":'.repeat(100_000), 'request.json-too-deep'],
  ])('answers 400 to %.60s', async (body, code) => {
    const { status, json: problem } = await post('parsed', body, json);
    expect([status, problem['code']]).toEqual([400, code]);
  });

  it('takes what is just within the depth', async () => {
    expect((await post('parsed', '['.repeat(8) + ']'.repeat(8), json)).status).toBe(201);
  });

  describe('on a route that keeps the raw body', () => {
    it.each([
      ['application/json', '{ "b":1,\n"a": 2 }'],
      ['application/json', 'not { json'],
      ['application/x-www-form-urlencoded', 'payload=%7B%7D'],
      ['text/plain', 'ü€'],
      ['application/octet-stream', '\u0000\u0001'],
    ])('hands over the exact bytes of %s', async (type, body) => {
      const { json: answer } = await post('raw', body, { 'content-type': type });
      expect(answer).toEqual({ hex: Buffer.from(body).toString('hex'), isParsed: false });
    });

    it('keeps bytes that are no text', async () => {
      const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]);
      const { json: answer } = await post('raw', bytes, { 'content-type': 'application/octet-stream' });
      expect(answer['hex']).toBe('fffe00c328');
    });

    it('still refuses what is too large', async () => {
      expect((await post('raw', Buffer.alloc(1_048_577), { 'content-type': 'text/plain' })).status).toBe(413);
    });
  });

  it('does not compress event streams, which must not be held back', async () => {
    const response = await fetch(`${app.url}/probe/events`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.has('content-encoding')).toBe(false);
    expect((await response.text()).match(/data: x/g)).toHaveLength(3);
  });
});
