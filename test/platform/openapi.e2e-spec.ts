import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectMatchesOpenApi, OpenApi, type Schema } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let api: OpenApi;
beforeAll(async () => {
  app = await startTestApp();
  api = OpenApi.of(app);
});
afterAll(() => app.stop());

/** Whether a reader learns from the schema what a value looks like. */
function hasExample(schema: Schema | undefined, seen: Schema[] = []): boolean {
  if (schema === undefined) return false;
  const resolved = api.resolve(schema);
  if (seen.includes(resolved)) return true;
  if ('example' in resolved || 'enum' in resolved || 'default' in resolved || resolved.type === 'boolean') return true;
  const inner = (part: Schema) => hasExample(part, [...seen, resolved]);
  const alternatives = resolved.oneOf ?? resolved.anyOf;
  if (alternatives !== undefined) return alternatives.some(inner);
  if (resolved.allOf !== undefined) return resolved.allOf.every(inner);
  if (resolved.items !== undefined) return inner(resolved.items);
  return resolved.properties !== undefined && Object.values(resolved.properties).every(inner);
}

/** The members without an example, as paths. */
function membersWithoutExample(schema: Schema, path = '', seen: Schema[] = []): string[] {
  const resolved = api.resolve(schema);
  if (seen.includes(resolved) || 'example' in resolved) return [];
  const members = resolved.properties ?? (resolved.items === undefined ? undefined : { '[]': resolved.items });
  if (members === undefined) return hasExample(resolved) ? [] : [path];
  return Object.entries(members).flatMap(([name, member]) =>
    membersWithoutExample(member, path === '' ? name : `${path}.${name}`, [...seen, resolved]),
  );
}

type Content = Record<string, { schema?: Schema; example?: unknown }>;

function missesOfContent(what: string, content: Content | undefined): string[] {
  if (content === undefined || Object.keys(content).length === 0) return [`${what} has no schema`];
  return Object.entries(content).flatMap(([, { schema, example }]) => {
    if (schema === undefined) return [`${what} has no schema`];
    if (example !== undefined || hasExample(schema)) return [];
    return membersWithoutExample(schema).map((member) => `${what} has no example for ${member || 'its value'}`);
  });
}

describe('the OpenAPI document', () => {
  it('describes every route with a summary, its domain, and schemas and examples of requests, answers and failures', () => {
    const misses: string[] = [];
    for (const { name, operation } of api.operations()) {
      const found: string[] = [];
      if (!operation.summary) found.push('has no summary');
      if ((operation.tags ?? []).length === 0) found.push('has no tag');
      for (const parameter of operation.parameters ?? []) {
        if (!('name' in parameter)) continue;
        const isShown = parameter.example !== undefined || hasExample(parameter.schema as Schema | undefined);
        if (!isShown) found.push(`has no example for the parameter ${parameter.name}`);
      }
      if (operation.requestBody !== undefined) {
        found.push(...missesOfContent('the request', (operation.requestBody as { content?: Content }).content));
      }
      const responses = Object.entries(operation.responses);
      if (!responses.some(([status]) => /^[23]/.test(status))) found.push('documents no success');
      for (const [status, response] of responses) {
        const { content } = api.resolve(response as { content?: Content });
        if (content === undefined && /^(204|205|3\d\d)$/.test(status)) continue;
        found.push(...missesOfContent(`the answer ${status}`, content));
      }
      misses.push(...found.map((miss) => `${name}: ${miss}`));
    }
    expect(misses).toEqual([]);
  });

  it('gives each route a name of its own, for generated clients', () => {
    const names = [...api.operations()].map(({ operation }) => operation.operationId);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  // Schemas go by the names of their classes, and the last of a name takes the place of the others.
  it('gives each schema a name of its own', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const names = sources
      .map((file) => readFileSync(join('src', file), 'utf8'))
      .filter((source) => source.includes('@ApiProperty'))
      .flatMap((source) => [...source.matchAll(/^export (?:abstract )?class (\w+)/gm)].map(([, name]) => name));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('shows examples that fit their own schemas', () => {
    const misfits: string[] = [];
    const inspect = (where: string, schema: Schema): void => {
      if ('$ref' in schema) return;
      if ('example' in schema && schema['example'] !== undefined) {
        misfits.push(...api.problemsOf(schema, schema['example']).map((problem) => `${where}: ${problem}`));
      }
      for (const [name, member] of Object.entries(schema.properties ?? {})) inspect(`${where}.${name}`, member);
      if (schema.items !== undefined) inspect(`${where}[]`, schema.items);
    };
    const schemas = (api.document.components?.schemas ?? {}) as Record<string, Schema>;
    for (const [name, schema] of Object.entries(schemas)) inspect(name, schema);
    expect(misfits).toEqual([]);
  });

  it('says of every protected route how to sign in, and of open ones that nothing is needed', () => {
    const securityOf = (method: string, path: string) => api.operationOf(method, path).security ?? [];
    expect(securityOf('POST', '/api/v1/auth/login')).toEqual([]);
    expect(securityOf('GET', '/api/v1/auth/me')).toEqual([{ bearer: [] }]);
    expect(securityOf('GET', '/api/v1/users')).toEqual([{ bearer: [] }, { 'admin-secret': [] }]);
    expect(Object.keys(api.document.components?.securitySchemes ?? {}).toSorted()).toEqual(['admin-secret', 'bearer']);
  });

  it('is served as it is built', async () => {
    const { status, headers, json } = await app.request('GET', '/docs-json');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(json).toEqual(JSON.parse(JSON.stringify(api.document)));
    expect(json.openapi).toMatch(/^3\./);
  });
});

describe('real answers', () => {
  it.each([
    ['GET', '/health'],
    ['GET', '/health/ready'],
    ['GET', '/health/live'],
    ['GET', '/api/v1/health'],
    ['GET', '/metrics'],
    ['GET', '/api/v1/exercises?limit=3'],
    ['GET', '/api/v1/exercises/E0_greet'],
    ['GET', '/api/v1/exercises/E999_none'],
    ['GET', '/api/v1/topics'],
    ['GET', '/api/v1/curriculum'],
    ['GET', '/api/v1/auth/me'],
  ])('%s %s fits the document', async (method, path) => {
    expectMatchesOpenApi(app, await app.request(method, path), method, path);
  });

  it('fit the document also when they refuse', async () => {
    const refusal = await app.request('POST', '/api/v1/auth/login', { body: { nonsense: true } });
    expect(refusal.status).toBe(400);
    expectMatchesOpenApi(app, refusal, 'POST', '/api/v1/auth/login');
  });

  it('are checked: an undocumented member is found', async () => {
    const answer = await app.request('GET', '/health/live');
    const odd = { ...answer, json: { ...answer.json, odd: true } };
    expect(() => expectMatchesOpenApi(app, odd, 'GET', '/health/live')).toThrow(/additional properties/);
  });
});

describe('the documentation page', () => {
  it('loads only what its own policy allows and this server has', async () => {
    const page = await app.request('GET', '/docs');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self'");

    const attribute = (pattern: RegExp) => [...page.text.matchAll(pattern)].map(([, value]) => value ?? '');
    const scripts = attribute(/<script[^>]*\bsrc=["']([^"']+)["']/g);
    const links = attribute(/<link[^>]*\bhref=["']([^"']+)["']/g);
    expect(scripts.length).toBeGreaterThan(0);
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/);
    for (const reference of [...scripts, ...links]) {
      const url = new URL(reference, `${app.url}/docs`);
      expect(url.origin).toBe(app.url);
      const asset = await app.request('GET', url.pathname);
      expect([url.pathname, asset.status]).toEqual([url.pathname, 200]);
      const isScript = scripts.includes(reference);
      const expected = isScript ? /javascript/ : /css|image/;
      expect(asset.headers.get('content-type')).toMatch(expected);
    }
  });

  it('shows this application', async () => {
    const { text } = await app.request('GET', '/docs/swagger-ui-init.js');
    expect(text).toContain('/api/v1/auth/login');
    expect(text).not.toContain('petstore');
  });

  it('answers for files that are not there like everything else does', async () => {
    const answer = await app.request('GET', '/docs/nothing.js');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect((await app.request('GET', '/docs/..%2f..%2fpackage.json')).status).toBeGreaterThanOrEqual(400);
  });
});
