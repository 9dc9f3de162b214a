import type { ServerResponse } from 'node:http';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Upstream, type ReceivedRequest } from '../support/upstream.js';
import { ConnectorRobot } from './connector-robot.js';
import { IntegrationsRobot } from './integrations-robot.js';

type Handler = (url: URL, response: ServerResponse, request: ReceivedRequest) => void;

const json = (response: ServerResponse, body: unknown, headers: Record<string, string> = {}) =>
  void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

describe('pulling from an HTTP interface that misbehaves', () => {
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
  const number = (url: URL, name: string) => Number(url.searchParams.get(name) ?? 0);

  const circles: [string, object, Handler][] = [
    [
      'a cursor',
      { style: 'cursor', path: 'next' },
      (url, response) => json(response, { data: [{ id: url.search }], next: 'same' }),
    ],
    [
      'two links that lead to each other',
      { style: 'link', path: 'next' },
      (url, response) =>
        json(response, { data: [{ id: url.search }], next: url.searchParams.get('p') === 'a' ? '?p=b' : '?p=a' }),
    ],
    ['a last page without end', { style: 'page' }, (_, response) => json(response, { data: [{ id: 1 }] })],
  ];
  it.each(circles)('ends with a clear failure when %s goes round in a circle', async (_, pagination, handler) => {
    handle = handler;
    const { failure, pages } = await connectors.pull(await create({ pagination, recordsPath: 'data' }));
    expect([failure?.kind, failure?.message]).toEqual(['source', expect.stringContaining('circle')]);
    expect(pages.length).toBeLessThan(5);
  });

  it('ends with a clear failure when there are more pages than allowed', async () => {
    handle = (url, response) => json(response, [{ id: number(url, 'offset') }]);
    const { failure } = await connectors.pull(await create({ pagination: { style: 'offset' }, maxPages: 3 }));
    expect([failure?.kind, failure?.message]).toEqual(['configuration', expect.stringContaining('maxPages')]);
  });

  const failures: [string, string, string, Handler][] = [
    [
      'HTML',
      'source',
      'HTML',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['JSON that is cut off', 'source', 'cut off', (_, response) => void response.end('[{"id": 1}, {"id":')],
    ['nothing', 'source', 'empty', (_, response) => void response.end()],
    [
      'JSON with a connection that breaks',
      'source',
      'broke off',
      (_, response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('[{"id"', () => response.socket?.destroy());
      },
    ],
    ['far too much nesting', 'source', 'nested', (_, response) => void response.end('['.repeat(200_000))],
    ['no list', 'configuration', 'recordsPath', (_, response) => json(response, { error: 'x' })],
    [
      'a redirect to a private address',
      'configuration',
      'redirects to http://10.0.0.1/admin are not followed',
      (_, response) => void response.writeHead(302, { location: 'http://10.0.0.1/admin' }).end(),
    ],
    ['a refusal', 'authentication', 'status 401', (_, response) => void response.writeHead(401).end()],
    ['a ban', 'authentication', 'status 403', (_, response) => void response.writeHead(403).end()],
    ['a failure', 'source', 'status 500', (_, response) => void response.writeHead(500).end('secret inner text')],
    ['no such address', 'configuration', 'status 404', (_, response) => void response.writeHead(404).end()],
    ['nothing at all, ever', 'source', 'did not answer', () => undefined],
  ];
  it.each(failures)('of a source that answers %s fails with %s and nothing else', async (_, kind, text, handler) => {
    handle = handler;
    const config = { endpoint: `${source.url}/students`, direction: 'pull', timeout: 700 };
    const { pages, failure } = await connectors.pull(await create({}, { config }));
    expect([pages, failure?.kind, failure?.message]).toEqual([[], kind, expect.stringContaining(text)]);
    expect(failure?.message).not.toContain('inner text');
  });

  it('stops reading an answer without end, within the memory that its setting names', async () => {
    const chunk = Buffer.alloc(1_048_576, '[');
    let sent = 0;
    handle = (_, response) => {
      const write = () => {
        for (let isFree = true; isFree && sent < 10_000 && !response.destroyed; sent += 1)
          isFree = response.write(chunk);
        if (!response.destroyed && sent < 10_000) response.once('drain', write);
      };
      response.on('error', () => undefined);
      write();
    };
    const id = await create({ maxPageBytes: 4_194_304 });
    const before = process.memoryUsage().rss;
    const { failure } = await connectors.pull(id);
    expect([failure?.kind, failure?.message]).toEqual(['source', expect.stringContaining('4194304 bytes')]);
    expect(sent).toBeLessThan(100);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1_048_576);
  });

  it('of an address that may not be called fails without a call', async () => {
    const { failure } = await connectors.pull(
      await create({}, { config: { endpoint: 'https://localhost.example/', direction: 'pull' } }),
    );
    expect(failure).toMatchObject({ kind: 'source' });
  });

  it.each([
    ['config.pull.pagination.style', { pull: { pagination: { style: 'pages' } } }],
    ['config.pull.pagination.path', { pull: { pagination: { style: 'cursor' } } }],
    ['config.pull.pagination.parameter', { pull: { pagination: { style: 'page', parameter: 'a b' } } }],
    ['config.pull.recordsPath', { pull: { recordsPath: 'a..b' } }],
    ['config.pull.recordsPath', { pull: { recordsPath: Array(20).fill('a').join('.') } }],
    ['config.pull.keyField', { pull: { keyField: [] } }],
    ['config.pull.watermark.parameter', { pull: { watermark: { field: 'a' } } }],
    ['config.pull.watermark.format', { pull: { watermark: { field: 'a', parameter: 'b', format: 'german' } } }],
    ['config.pull.maxPageBytes', { pull: { maxPageBytes: 10 ** 10 } }],
    ['config.pull.nonsense', { pull: { nonsense: 1 } }],
    ['config.direction', { direction: 'both' }],
    ['config.direction', { pull: {}, source: { events: ['*'] } }],
    ['config.source', { direction: 'push' }],
    ['config.source.events', { source: { events: [] } }],
    ['config.method', { method: 'GET', source: { events: ['*'] } }],
    ['config.push.path', { push: { per: 'item', path: '/students/{{key}}' } }],
    ['config.push.path', { push: { per: 'item', path: '//evil.example/{{key | url}}' } }],
    ['config.push.path', { push: { per: 'item', path: '/a/../{{key | url}}' } }],
    ['config.push.path', { push: { path: '/students' } }],
    ['config.push.item.name', { push: { item: { name: '{{nonsense}}' } } }],
    ['config.push.body', { push: { per: 'item', body: {} } }],
    ['config.testEndpoint', { testEndpoint: 'http://10.0.0.1/' }],
  ])('needs a configuration that fits: %s', async (field, config) => {
    const body = {
      name: `Wrong ${Math.random()}`,
      type: 'api',
      config: { endpoint: 'https://api.example.org/', ...config },
    };
    const { status, json: answer } = await robot.admin('POST', '', body);
    expect([status, answer.code]).toEqual([422, 'integrations.invalid-fields']);
    expect(answer.errors.map((error: { field: string }) => error.field)).toContain(field);
  });
});
