import type { ServerResponse } from 'node:http';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Upstream, type ReceivedRequest } from '../support/upstream.js';
import { ConnectorRobot, keysOf } from './connector-robot.js';
import { IntegrationsRobot } from './integrations-robot.js';

type Handler = (url: URL, response: ServerResponse, request: ReceivedRequest) => void;

/** Students 1 to `count`, each changed an hour after the one before. */
const students = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    name: `Student ${index + 1}`,
    updatedAt: new Date(Date.UTC(2026, 0, 1) + index * 3_600_000).toISOString(),
  }));

const json = (response: ServerResponse, body: unknown, headers: Record<string, string> = {}) =>
  void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

describe('pulling from an HTTP interface', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let connectors: ConnectorRobot;
  let source: Upstream;
  let handle: Handler;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    connectors = new ConnectorRobot(app);
    source = await Upstream.start((request, response) => handle(new URL(request.path, source.url), response, request));
  });
  afterAll(async () => {
    await source.stop();
    await app.stop();
  });
  beforeEach(() => void (source.requests.length = 0));

  const create = (pull: object = {}, overrides: object = {}): Promise<string> =>
    robot.create({
      type: 'api',
      config: { endpoint: source.url, syncEndpoint: `${source.url}/students?campus=north`, pull },
      ...overrides,
    });
  const all = students(25);
  const pageSize = 10;
  const slice = (from: number) => all.slice(from, from + pageSize);
  const number = (url: URL, name: string) => Number(url.searchParams.get(name) ?? 0);

  const styles: [string, object, Handler, number][] = [
    [
      'page',
      { style: 'page', sizeParameter: 'per_page', size: 10 },
      (url, response) => json(response, { data: { list: slice((number(url, 'page') - 1) * 10) } }),
      4,
    ],
    [
      'page, where the answer says how many there are',
      { style: 'page', first: 0, totalPath: 'meta.total' },
      (url, response) => json(response, { data: { list: slice(number(url, 'page') * 10) }, meta: { total: '25' } }),
      3,
    ],
    [
      'offset, where less comes than was asked for',
      { style: 'offset', parameter: 'skip', size: 1000, hasMorePath: 'more' },
      (url, response) =>
        json(response, { data: { list: slice(number(url, 'skip')) }, more: number(url, 'skip') + 10 < 25 }),
      3,
    ],
    [
      'cursor',
      { style: 'cursor', path: '$.next' },
      (url, response) => {
        const from = number(url, 'cursor');
        json(response, { data: { list: slice(from) }, next: from + 10 < 25 ? String(from + 10) : null });
      },
      3,
    ],
    [
      'Link header',
      { style: 'link' },
      (url, response) => {
        const from = number(url, 'from');
        const link = `</students?from=0>; rel="first", <${url.origin}/students?from=${from + 10}>; title="a, b"; rel="x next"`;
        json(response, { data: { list: slice(from) } }, from + 10 < 25 ? { link } : {});
      },
      3,
    ],
    [
      'link in the body',
      { style: 'link', path: 'links.next' },
      (url, response) => {
        const from = number(url, 'from');
        const next = from + 10 < 25 ? { next: `?from=${from + 10}` } : {};
        json(response, { data: { list: slice(from) }, links: next });
      },
      3,
    ],
  ];

  describe.each(styles)('by %s', (_, pagination, handler, requests) => {
    it('reads every record once, and a killed run goes on where it was', async () => {
      handle = handler;
      const id = await create({ pagination, recordsPath: 'data.list' });
      const whole = await connectors.pull(id);
      expect(whole.failure).toBeUndefined();
      expect(keysOf(whole)).toEqual(all.map((student) => String(student.id)));
      expect(whole.summary).toMatchObject({ isFull: true });
      expect(source.requests).toHaveLength(requests);
      expect(source.requests[0]!.path).toContain('campus=north');
      for (let killedAfter = 1; killedAfter <= whole.pages.length; killedAfter += 1) {
        const first = await connectors.pull(id, null, killedAfter);
        const rest = await connectors.pull(id, first.pages.at(-1)!.checkpoint);
        expect([...keysOf(first), ...keysOf(rest)]).toEqual(keysOf(whole));
        expect(rest.summary).toMatchObject({ isFull: true });
      }
    });
  });

  it('keeps no credentials that a server repeats in the address of the next page', async () => {
    const token = 'a-token-that-is-repeated';
    handle = (url, response) => {
      const from = number(url, 'from');
      const link = `<${url.origin}/students?access_token=${token}&from=${from + 10}>; rel="next"`;
      json(response, slice(from), from + 10 < 25 ? { link } : {});
    };
    const id = await create({ pagination: { style: 'link' } }, { authType: 'bearer', authConfig: { token } });
    const whole = await connectors.pull(id);
    expect(keysOf(whole)).toHaveLength(25);
    expect(JSON.stringify(whole)).not.toContain(token);
    expect(source.requests.every(({ headers }) => headers['authorization'] === `Bearer ${token}`)).toBe(true);
  });

  it('does not read a page of very many small items', async () => {
    handle = (_, response) =>
      json(
        response,
        Array.from({ length: 100_001 }, () => 1),
      );
    const { failure, pages } = await connectors.pull(await create({ pagination: { style: 'none' } }));
    expect(failure).toMatchObject({ kind: 'configuration', message: expect.stringContaining('smaller pages') });
    expect(pages).toEqual([]);
  });

  it('reads a list that is the whole answer, in one page', async () => {
    handle = (_, response) => json(response, all);
    const result = await connectors.pull(await create({ pagination: { style: 'none' } }));
    expect([result.pages.length, keysOf(result).length]).toEqual([1, 25]);
    handle = (_, response) => void response.writeHead(204).end();
    expect(await connectors.pull(await create({ recordsPath: 'data' }))).toMatchObject({
      pages: [],
      summary: { isFull: true },
    });
  });

  describe('what changed since the last time', () => {
    const settings = {
      pagination: { style: 'offset', size: 10 },
      watermark: { field: 'updatedAt', parameter: 'since' },
    };
    const changed = [...all];
    const incremental: Handler = (url, response) => {
      const since = url.searchParams.get('since') ?? '';
      json(
        response,
        changed.filter(({ updatedAt }) => updatedAt > since).slice(number(url, 'offset'), number(url, 'offset') + 10),
      );
    };

    it('is asked for from the highest value on, and nothing with that same value is lost', async () => {
      handle = incremental;
      const id = await create(settings);
      const first = await connectors.pull(id);
      expect([keysOf(first).length, first.summary?.isFull]).toEqual([25, true]);
      // Saved late, with the time of the last one that was seen.
      changed.push({ id: 26, name: 'Late', updatedAt: all[24]!.updatedAt });
      const second = await connectors.pull(id, first.summary!.checkpoint);
      expect(keysOf(second)).toEqual(['25', '26']);
      expect(second.summary?.isFull).toBe(false);
      const third = await connectors.pull(id, second.summary!.checkpoint);
      expect(third.summary?.checkpoint).toEqual(second.summary!.checkpoint);
    });

    it('stays the same question when a run is killed in the middle', async () => {
      handle = incremental;
      const id = await create(settings);
      const { summary } = await connectors.pull(id);
      for (const student of students(40).slice(26)) changed.push(student);
      const killed = await connectors.pull(id, summary!.checkpoint, 1);
      source.requests.length = 0;
      const rest = await connectors.pull(id, killed.pages[0]!.checkpoint);
      expect(new Set([...keysOf(killed), ...keysOf(rest)]).size).toBe(new Set(changed.slice(24)).size);
      const asked = source.requests.map(({ path }) => new URL(path, source.url).searchParams.get('since'));
      expect(new Set(asked)).toEqual(new Set(['2026-01-01T23:59:00.000Z']));
    });

    it.each([
      ['2026-03-01T10:00:00Z', {}, '2026-03-01T09:59:00.000Z'],
      ['2026-03-01T10:00:00+02:00', { overlap: 0 }, '2026-03-01T08:00:00.000Z'],
      ['2026-03-01 10:00:00', {}, '2026-03-01 09:59:00'],
      ['2026-03-01', {}, '2026-02-28'],
      ['2026-03-01T10:00:00Z', { format: 'unix-seconds' }, '1772359140'],
      [1772359200, { format: 'unix-seconds' }, '1772359140'],
      [1772359200000, { format: 'unix-milliseconds', overlap: 1 }, '1772359199000'],
      [4711, {}, '4710'],
      ['4711', {}, '4710'],
      ['rev-9', {}, 'rev-9'],
    ])('is asked for with %j and %j as %s', async (value, extra, sent) => {
      handle = (_, response) => json(response, [{ id: 1, mark: value }]);
      const id = await create({
        pagination: { style: 'none' },
        watermark: { field: 'mark', parameter: 'since', ...extra },
      });
      const { summary } = await connectors.pull(id);
      await connectors.pull(id, summary!.checkpoint);
      expect(new URL(source.requests[1]!.path, source.url).searchParams.get('since')).toBe(sent);
    });

    it('begins anew when the configuration has changed', async () => {
      handle = incremental;
      const { summary } = await connectors.pull(await create(settings));
      const other = await create({ ...settings, watermark: { field: 'name', parameter: 'since' } });
      expect((await connectors.pull(other, summary!.checkpoint)).summary?.isFull).toBe(true);
      expect((await connectors.pull(other, 'nonsense')).summary?.isFull).toBe(true);
    });
  });

  it('keeps apart what is no record, and says what is wrong with it and where', async () => {
    const big = '{"id": 12345678901234567890}';
    handle = (_, response) =>
      void response.end(
        `[{"id": "a\\u0000b", "t": "x\\ud800"}, 7, {"name": "no key"}, {"id": null}, ${big}, {"id": {"a": 1}}, {"id": "ok"}]`,
      );
    const { pages } = await connectors.pull(await create());
    expect(pages[0]!.records).toEqual([
      { key: 'a\uFFFDb', data: { id: 'a\uFFFDb', t: 'x\uFFFD' } },
      { key: 'ok', data: { id: 'ok' } },
    ]);
    expect(pages[0]!.rejected).toEqual(
      [2, 3, 4, 5, 6].map((place) => ({
        position: expect.stringContaining(`${source.url}/students, page 1, item ${place} (`),
        reason: expect.any(String),
        excerpt: expect.any(String),
      })),
    );
  });

  it('knows records by several fields, and those that the source says are deleted', async () => {
    handle = (_, response) =>
      json(response, [
        { course: 'a', user: { id: 1 }, deleted_at: null },
        { course: 'a', user: { id: 2 }, deleted_at: '2026-01-01' },
      ]);
    const id = await create({ keyField: ['course', 'user.id'], deletedField: 'deleted_at' });
    const { records } = (await connectors.pull(id)).pages[0]!;
    expect(records.map(({ key, isDeleted }) => [key, isDeleted])).toEqual([
      ['["a","1"]', undefined],
      ['["a","2"]', true],
    ]);
  });

  it('tells the engine to pause when the quota is used up, and to come back later when it is throttled', async () => {
    handle = (url, response) => {
      if (number(url, 'page') === 1)
        return json(response, [{ id: 1 }], { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7' });
      response.writeHead(429, { 'retry-after': '30' }).end();
    };
    const { pages, failure } = await connectors.pull(await create({ pagination: { style: 'page' } }));
    expect(pages[0]!.pauseMs).toBe(7000);
    expect(failure).toMatchObject({ kind: 'throttled', retryAfterMs: 30_000 });
  });

  it('is the direction where a configuration says so or reads something', async () => {
    const directionOf = async (config: object) => {
      const { json: answer } = await robot.expect(
        200,
        'GET',
        `/${await create({}, { config: { endpoint: source.url, ...config } })}`,
      );
      return connectors.connector.directionOf(answer.integration);
    };
    expect(await directionOf({})).toBeNull();
    expect(await directionOf({ syncEndpoint: source.url })).toBe('pull');
    expect(await directionOf({ pull: {} })).toBe('pull');
    expect(await directionOf({ source: { events: ['*'] } })).toBe('push');
    expect(await directionOf({ direction: 'pull' })).toBe('pull');
  });
});
