import { lookup } from 'node:dns/promises';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { hasSftpServer } from '../support/sftp-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { StoreRobot } from './store-robot.js';
import { LocalFolder, S3Folder, SftpFolder } from './file-folders.js';
import { integrationBody } from './integrations-robot.js';

const importing = { direction: 'import', format: 'csv' };

describe('access to files', () => {
  const folder = new LocalFolder();
  let app: TestApp;
  let closed: TestApp;
  let robot: StoreRobot;
  beforeAll(async () => {
    [app, closed] = await Promise.all([
      startTestApp({ FILES_ROOT: path.join(folder.filesRoot, 'allowed') }),
      startTestApp({ OUTBOUND_ALLOW_HOSTS: '' }),
    ]);
    robot = new StoreRobot(app, 'file');
    mkdirSync(path.join(folder.filesRoot, 'allowed', 'in'), { recursive: true });
    mkdirSync(path.join(folder.filesRoot, 'secret'));
    writeFileSync(path.join(folder.filesRoot, 'secret', 'salaries.csv'), 'id\n1\n');
  });
  afterAll(async () => {
    await Promise.all([app.stop(), closed.stop()]);
    await folder.stop();
  });

  const local = (config: object = {}) =>
    robot.create({ config: { provider: 'local', path: 'in', ...importing, ...config } });
  const allowed = (...names: string[]) => path.join(folder.filesRoot, 'allowed', ...names);

  it('is nowhere on this machine unless the operator allows it', async () => {
    const body = integrationBody({ type: 'file', config: { provider: 'local', path: 'in', ...importing } });
    const { status, json } = await new StoreRobot(closed, 'file').integrations.admin('POST', '', body);
    expect([status, json.errors[0]]).toEqual([
      422,
      { field: 'config.provider', message: expect.stringContaining('FILES_ROOT') },
    ]);
  });

  it('does not follow links that lead out of the root', async () => {
    symlinkSync(path.join(folder.filesRoot, 'secret'), allowed('out'));
    symlinkSync('/etc', allowed('etc'));
    for (const config of [
      { path: 'out' },
      { path: 'etc', pattern: 'passwd' },
      { path: 'out', direction: 'export', format: 'ndjson' },
    ]) {
      const integration = await local(config);
      await expect(robot.test(integration)).rejects.toMatchObject({
        kind: 'configuration',
        message: expect.stringContaining('leads out'),
      });
    }
    await expect(
      robot.push(await local({ path: 'out/new', direction: 'export', format: 'ndjson' }), [{}]),
    ).rejects.toThrow('leads out');
    mkdirSync(allowed('linked'));
    symlinkSync(path.join(folder.filesRoot, 'secret', 'salaries.csv'), allowed('linked', 'salaries.csv'));
    await expect(robot.pull(await local({ path: 'linked' }))).rejects.toThrow('leads out');
    mkdirSync(allowed('archived'));
    writeFileSync(allowed('archived', 'a.csv'), 'id\n1\n');
    symlinkSync(path.join(folder.filesRoot, 'secret'), allowed('archived', 'archive'));
    await expect(robot.pull(await local({ path: 'archived', after: 'archive' }))).rejects.toThrow('leads out');
  });

  it('takes a link for a file when it stays inside', async () => {
    writeFileSync(allowed('in', 'real.csv'), 'id\n1\n');
    symlinkSync(allowed('in', 'real.csv'), allowed('in', 'link.csv'));
    const { pages } = await robot.pull(await local({ pattern: 'link.csv' }));
    expect(pages[0]?.records).toHaveLength(1);
  });

  it.each([
    ['config.path', { path: '../secret' }],
    ['config.path', { path: '/etc' }],
    ['config.path', { path: 'in/../../secret' }],
    ['config.pattern', { pattern: '../*' }],
    ['config.pattern', { pattern: '+(a+)+b' }],
    ['config.pattern', { pattern: '{a,b}{a,b}{a,b}{a,b}' }],
    ['config.archivePath', { archivePath: '../out' }],
    ['config.delimiter', { delimiter: ',,' }],
    ['config.columns', { columns: ['a', 'a'] }],
    ['config.keyFields.0', { keyFields: [''] }],
    ['config.mode', { mode: 'merge' }],
    ['config.name', { direction: 'export', format: 'ndjson', name: 'grades.ndjson' }],
    ['config.name', { direction: 'export', format: 'ndjson', name: '../{batchId}' }],
    ['config.name', { direction: 'export', format: 'ndjson', name: '.{batchId}' }],
    ['config.name', { direction: 'export', format: 'ndjson', name: 'x{batchId}-{date}' }],
    ['config.columns', { direction: 'export', format: 'csv' }],
    ['config.pattern', { direction: 'export', format: 'ndjson', pattern: '*' }],
    ['config.provider', { provider: 'ftp' }],
    ['config.hostKey', { provider: 'sftp', host: 'files.example.org' }],
    ['config.hostKey', { provider: 'sftp', host: 'files.example.org', hostKey: 'MD5:aa' }],
    ['config.host', { provider: 'sftp', host: '10.0.0.1', hostKey: 'any' }],
    ['config.bucket', { provider: 's3', bucket: '../x', region: 'r' }],
    ['config.endpoint', { provider: 's3', bucket: 'abc', region: 'r', endpoint: 'http://169.254.169.254/' }],
    ['config.endpoint', { provider: 's3', bucket: 'abc', region: 'r', endpoint: 'https://a:b@s3.example.org/' }],
  ])('refuses a configuration that is wrong in %s: %j', async (field, config) => {
    const login = { authType: 'basic', authConfig: { username: 'u', password: 'p' } };
    const body = integrationBody({
      type: 'file',
      ...('provider' in config && login),
      config: { provider: 'local', path: 'in', ...importing, ...config },
    });
    const { status, json } = await robot.integrations.admin('POST', '', body);
    expect([status, json.errors?.map((error: { field: string }) => error.field)]).toEqual([422, [field]]);
  });

  it.each([
    ['authType', { provider: 'sftp', host: 'h.example.org', hostKey: 'any' }, 'none', {}],
    ['authType', { provider: 'local' }, 'basic', { username: 'u', password: 'p' }],
    ['authConfig.password', { provider: 'sftp', host: 'h.example.org', hostKey: 'any' }, 'basic', { username: 'u' }],
    [
      'authConfig.privateKey',
      { provider: 's3', bucket: 'abc', region: 'r' },
      'basic',
      { username: 'u', privateKey: 'k' },
    ],
    [
      'authConfig.privateKey',
      { provider: 'sftp', host: 'h.example.org', hostKey: 'any' },
      'basic',
      { username: 'u', privateKey: 'k' },
    ],
    [
      'authConfig.sessionToken',
      { provider: 'sftp', host: 'h.example.org', hostKey: 'any' },
      'basic',
      { username: 'u', password: 'p', sessionToken: 't' },
    ],
  ])('refuses credentials that are wrong in %s for %j', async (field, config, authType, authConfig) => {
    const body = integrationBody({
      type: 'file',
      authType,
      authConfig,
      config: { path: 'in', ...importing, ...config },
    });
    const { status, json } = await robot.integrations.admin('POST', '', body);
    expect([status, json.errors?.map((error: { field: string }) => error.field)]).toEqual([422, [field]]);
  });

  it('does not connect to names that lead inside', async () => {
    const name = hostname();
    const resolved = await lookup(name).catch(() => undefined);
    if (resolved === undefined) return;
    const inside = new StoreRobot(closed, 'file');
    const login = { authType: 'basic', authConfig: { username: 'u', password: 'a secret password' } };
    for (const config of [
      { provider: 'sftp', host: name, hostKey: 'any' },
      { provider: 's3', bucket: 'abc', region: 'r', endpoint: `https://${name}:4566`, forcePathStyle: true },
    ]) {
      const integration = await inside.create({ ...login, config: { path: 'in', ...importing, ...config } });
      await expect(inside.test(integration)).rejects.toMatchObject({
        kind: 'configuration',
        message: expect.stringContaining('public internet'),
      });
    }
  });

  (hasSftpServer ? it : it.skip)(
    'gives nothing to an SFTP server with another key, and says whom it did not let in',
    async () => {
      const sftp = await SftpFolder.start();
      try {
        await sftp.put('a.csv', 'id\n1\n');
        const { config, authConfig } = sftp.definition();
        const define = (changes: object, login: object = {}) =>
          robot.create({
            authType: 'basic',
            authConfig: { ...authConfig, ...login },
            config: { ...config, ...importing, ...changes },
          });
        const other = `SHA256:${'A'.repeat(43)}`;
        await expect(robot.test(await define({ hostKey: other }))).rejects.toMatchObject({
          kind: 'configuration',
          message: expect.stringContaining(sftp.server.fingerprint),
        });
        expect(await robot.test(await define({ hostKey: 'any' }))).toHaveLength(1);
        await expect(robot.test(await define({}, { username: 'nobody-at-all' }))).rejects.toMatchObject({
          kind: 'authentication',
        });
        await expect(robot.test(await define({}, { password: 'wrong' }))).rejects.toMatchObject({
          kind: 'configuration',
        });
        await expect(robot.test(await define({}, { privateKey: undefined, password: 'x' }))).rejects.toMatchObject({
          kind: 'authentication',
        });
        const shown = await robot.integrations.expect(200, 'GET', `/${(await define({})).id}`);
        expect(shown.text).not.toMatch(/PRIVATE KEY-----\\n|a passphrase/);
      } finally {
        await sftp.stop();
      }
    },
  );

  it('says when S3 does not take the account', async () => {
    const s3 = await S3Folder.start();
    try {
      const { config, authConfig } = s3.definition();
      const unknown = await robot.create({
        authType: 'basic',
        authConfig: { ...authConfig, username: 'UNKNOWN' },
        config: { ...config, ...importing },
      });
      await expect(robot.test(unknown)).rejects.toMatchObject({ kind: 'authentication' });
      // Signed with the environment's account by nobody: without credentials requests are anonymous.
      const anonymous = await robot.create({ authType: 'none', authConfig: {}, config: { ...config, ...importing } });
      expect(await robot.test(anonymous)).toHaveLength(1);
    } finally {
      await s3.stop();
    }
  });
});
