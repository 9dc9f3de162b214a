import type { ServerResponse } from 'node:http';
import { SyncFailure } from '../../src/modules/integrations/connectors/sync-failure.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Upstream, type ReceivedRequest } from '../support/upstream.js';
import { batchId, ConnectorRobot } from './connector-robot.js';
import { IntegrationsRobot } from './integrations-robot.js';

const emptyItems = (count: number): object[] => Array.from({ length: count }, () => ({}));

describe('pushing to an HTTP interface', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let connectors: ConnectorRobot;
  let target: Upstream;
  let handle: (request: ReceivedRequest, response: ServerResponse) => void;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    connectors = new ConnectorRobot(app);
    target = await Upstream.start((request, response) => handle(request, response));
  });
  afterAll(async () => {
    await target.stop();
    await app.stop();
  });
  beforeEach(() => {
    target.requests.length = 0;
    handle = (_, response) => void response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
  });

  const create = (push: object = {}, config: object = {}): Promise<string> =>
    robot.create({
      type: 'api',
      config: { endpoint: `${target.url}/in`, source: { events: ['*'] }, timeout: 1000, push, ...config },
    });
  const bodies = () => target.requests.map(({ body }) => (body === '' ? undefined : JSON.parse(body)));
  const failureOf = (work: Promise<unknown>): Promise<SyncFailure> =>
    work.then(
      () => Promise.reject(new Error('It did not fail')),
      (error: unknown) => (error instanceof SyncFailure ? error : Promise.reject(error as Error)),
    );
  const three = [
    { key: 'a', data: { name: 'Ann' } },
    { key: 'b', data: { name: 'Bob' } },
    { key: 'c', isDeleted: true },
  ];

  it('sends a batch in one request with its id, which is the same when it is sent again', async () => {
    const id = await create();
    for (let count = 0; count < 2; count += 1) expect(await connectors.push(id, three)).toEqual({ refused: [] });
    const items = [
      { key: 'a', data: { name: 'Ann' }, isDeleted: false },
      { key: 'b', data: { name: 'Bob' }, isDeleted: false },
      { key: 'c', data: {}, isDeleted: true },
    ];
    expect(bodies()).toEqual([
      { batchId, items },
      { batchId, items },
    ]);
    expect(target.requests.map(({ method, path, headers }) => [method, path, headers['idempotency-key']])).toEqual(
      [1, 2].map(() => ['POST', '/in', batchId]),
    );
  });

  it('makes what the other system wants of items and batches', async () => {
    const id = await create({ item: { n: '{{data.name | upper}}', k: '{{key}}' }, body: { rows: '{{items}}' } });
    await connectors.push(id, three.slice(0, 2));
    expect(bodies()).toEqual([
      {
        rows: [
          { n: 'ANN', k: 'a' },
          { n: 'BOB', k: 'b' },
        ],
      },
    ]);
  });

  it('keeps apart the items that were not taken', async () => {
    const id = await create({ resultsPath: 'results', keyField: 'ref' });
    const results = [
      { ref: 'k1', status: 200 },
      { ref: 'k2', status: 422, error: 'no such course' },
      { ref: 'k3', status: '503' },
      { ref: 'k4', status: 'created' },
      { ref: 'k5', status: 'invalid', error: { code: 7 } },
      { ref: 'k6', error: 'odd' },
      { ref: 'stranger', status: 500 },
    ];
    handle = (_, response) => void response.writeHead(207).end(JSON.stringify({ results }));
    expect((await connectors.push(id, emptyItems(8))).refused).toEqual([
      { key: 'k2', reason: 'no such course', isRetryable: false },
      { key: 'k3', reason: 'status 503', isRetryable: true },
      { key: 'k5', reason: '{"code":7}', isRetryable: false },
      { key: 'k6', reason: 'odd', isRetryable: false },
    ]);
  });

  it.each([
    [401, {}, 'authentication', undefined],
    [403, {}, 'authentication', undefined],
    [400, {}, 'configuration', undefined],
    [413, {}, 'configuration', undefined],
    [500, {}, 'source', undefined],
    [503, { 'retry-after': '9' }, 'throttled', 9000],
    [429, { 'retry-after': '5' }, 'throttled', 5000],
    [429, { ratelimit: '"default";r=0;t=4' }, 'throttled', 4000],
    [307, { location: 'http://10.0.0.1/' }, 'configuration', undefined],
  ])('fails with the whole batch when it is answered %i %j', async (status, headers, kind, retryAfterMs) => {
    handle = (_, response) =>
      void response.writeHead(status, headers as Record<string, string>).end('secret inner text');
    for (const push of [{}, { per: 'item' }]) {
      const id = await create(push);
      if (status === 400 || status === 413 || status === 307) {
        if ('per' in push) continue;
      }
      const failure = await failureOf(connectors.push(id, three));
      expect([failure.kind, failure.retryAfterMs]).toEqual([kind, retryAfterMs]);
      expect(failure.message).not.toContain('inner text');
    }
  });

  it('fails when nobody answers, and leaves the rest of the items alone', async () => {
    handle = () => undefined;
    for (const push of [{}, { per: 'item' }]) {
      target.requests.length = 0;
      expect((await failureOf(connectors.push(await create(push), three))).kind).toBe('source');
      expect(target.requests).toHaveLength(1);
    }
  });

  describe('item by item', () => {
    const settings = { per: 'item', path: '/students/{{key | url}}', item: '{{data}}', deletedMethod: 'DELETE' };

    it('sends each to an address of its own, under an id of its own', async () => {
      handle = ({ method }, response) => void response.writeHead(method === 'DELETE' ? 404 : 200).end();
      const id = await create(settings, { method: 'PUT' });
      expect(await connectors.push(id, [...three, { key: 'ä/ö?', data: { a: 1 } }])).toEqual({ refused: [] });
      expect(target.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'PUT /students/a',
        'PUT /students/b',
        'DELETE /students/c',
        'PUT /students/%C3%A4%2F%C3%B6%3F',
      ]);
      expect(bodies()).toEqual([{ name: 'Ann' }, { name: 'Bob' }, undefined, { a: 1 }]);
      const keys = target.requests.map(({ headers }) => headers['idempotency-key']);
      expect(keys.slice(0, 3)).toEqual([`${batchId}:a`, `${batchId}:b`, `${batchId}:c`]);
      expect(keys[3]).toMatch(/^[\w-]+:[0-9a-f]{64}$/);
    });

    it('cannot be led elsewhere by what stands in a record', async () => {
      const id = await create(settings, { method: 'PUT' });
      const keys = ['..', '.', '../admin', '//evil.example/', '\\\\evil.example', '@evil.example', '%2e%2e', '?x=1#y'];
      const { refused } = await connectors.push(id, [...keys.map((key) => ({ key })), { key: 'good' }]);
      expect(refused.map(({ key, isRetryable }) => [key, isRetryable])).toEqual([
        ['..', false],
        ['.', false],
      ]);
      for (const { path } of target.requests) expect(path).toMatch(/^\/students\/[^/?#]+$/);
      const byData = await create({ ...settings, path: '/students/{{data.id | url}}' }, { method: 'DELETE' });
      expect((await connectors.push(byData, [{ key: 'x' }, { key: 'y', data: { id: 1 } }])).refused).toMatchObject([
        { key: 'x' },
      ]);
    });

    it('keeps apart what is refused for good and what may be tried again', async () => {
      handle = ({ path }, response) =>
        void response.writeHead(path.endsWith('2') ? 422 : path.endsWith('3') ? 500 : 200).end();
      const { refused } = await connectors.push(await create(settings), emptyItems(4));
      expect(refused).toEqual([
        { key: 'k2', reason: expect.stringContaining('422'), isRetryable: false },
        { key: 'k3', reason: expect.stringContaining('500'), isRetryable: true },
      ]);
    });

    it('does not go on with credentials that are refused', async () => {
      handle = (_, response) => void response.writeHead(403).end();
      expect((await failureOf(connectors.push(await create(settings), emptyItems(50)))).kind).toBe('authentication');
      expect(target.requests).toHaveLength(3);
    });

    it('stops when it is throttled, and says when to go on', async () => {
      handle = ({ path }, response) =>
        void response.writeHead(path.endsWith('2') ? 429 : 200, { 'retry-after': '3' }).end();
      const { refused, pauseMs } = await connectors.push(await create(settings), emptyItems(4));
      expect(refused.map(({ key, isRetryable }) => [key, isRetryable])).toEqual(
        ['k2', 'k3', 'k4'].map((key) => [key, true]),
      );
      expect([pauseMs, target.requests.length]).toEqual([3000, 2]);
    });

    it('refuses for good what is larger than can be sent, and a batch that is', async () => {
      const large = { key: 'a', data: { text: 'x'.repeat(800_000) } };
      const id = await create({ per: 'item', item: { one: '{{data}}', two: '{{data}}' } });
      expect((await connectors.push(id, [large, { key: 'b' }])).refused).toMatchObject([
        { key: 'a', isRetryable: false },
      ]);
      const whole = await create({ body: { all: '{{items}}' } });
      expect((await failureOf(connectors.push(whole, [large, { ...large, key: 'b' }]))).message).toContain('batchSize');
    });
  });

  it('ends at once with the reason of who ends it', async () => {
    const id = await create();
    handle = () => undefined;
    const integration = { ...(await robot.expect(200, 'GET', `/${id}`)).json.integration, credentials: null };
    const controller = new AbortController();
    const items = [{ key: 'a', data: {}, isDeleted: false }];
    const pushing = connectors.connector.push(integration, { id: batchId, items }, controller.signal);
    controller.abort(new Error('the lease is lost'));
    await expect(pushing).rejects.toThrow('the lease is lost');
  });

  describe('a test without test data', () => {
    it('asks what is allowed, and nothing else', async () => {
      const id = await create();
      const { json } = await robot.expect(200, 'POST', `/${id}/test`, {});
      expect(json).toMatchObject({ success: true, data: null, steps: [{ did: expect.stringContaining('OPTIONS') }] });
      expect(target.requests.map(({ method }) => method)).toEqual(['OPTIONS']);
    });

    it('asks for the headers where that is unknown, and believes a refusal', async () => {
      handle = (_, response) => void response.writeHead(405).end();
      const id = await create();
      expect((await robot.expect(200, 'POST', `/${id}/test`, {})).json.steps[0].did).toContain('HEAD');
      expect(target.requests.map(({ method }) => method)).toEqual(['OPTIONS', 'HEAD']);
      handle = (_, response) => void response.writeHead(401).end();
      const { status, json } = await robot.admin('POST', `/${id}/test`, {});
      expect([status, json.code]).toEqual([502, 'integrations.authentication-failed']);
      handle = (_, response) => void response.writeHead(404).end();
      expect((await robot.admin('POST', `/${id}/test`, {})).json.code).toBe('integrations.configuration-failed');
    });

    it('reads the address that is meant for it', async () => {
      const id = await create({}, { testEndpoint: `${target.url}/me?fields=id` });
      const { json } = await robot.expect(200, 'POST', `/${id}/test`, {});
      expect(json.steps[0].did).toBe(`Read ${target.url}/me: status 201`);
      expect(target.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /me?fields=id']);
    });

    it('reads one page where records are pulled, and is logged', async () => {
      handle = (_, response) => void response.end('[{"id": 1}, {"id": 2}]');
      const id = await robot.create({ type: 'api', config: { endpoint: `${target.url}/students`, direction: 'pull' } });
      const { json } = await robot.expect(200, 'POST', `/${id}/test`, {});
      expect(json.steps).toEqual([
        { did: `Read the first page of ${target.url}/students: 2 records`, durationMs: expect.any(Number) },
      ]);
      expect(target.requests.map(({ method }) => method)).toEqual(['GET']);
      const { logs } = (await robot.expect(200, 'GET', `/${id}/logs`)).json;
      expect(logs).toMatchObject([
        { eventType: 'test', status: 'success', requestData: { method: 'TEST', url: `${target.url}/students` } },
      ]);
    });
  });

  it('is what sending one body is', async () => {
    handle = (_, response) => void response.end('{"stored": true}');
    const id = await create();
    const integration = { ...(await robot.expect(200, 'GET', `/${id}`)).json.integration, credentials: null };
    const { signal } = new AbortController();
    expect(await connectors.connector.send(integration, { a: 1 }, signal)).toEqual({ stored: true });
    expect(bodies()).toEqual([{ a: 1 }]);
    handle = (_, response) => void response.writeHead(500).end();
    expect((await failureOf(connectors.connector.send(integration, { a: 1 }, signal))).kind).toBe('source');
  });
});
