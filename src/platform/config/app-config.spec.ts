import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'dotenv';
import { AppConfig } from './app-config.js';
import { ConfigurationError } from './configuration-error.js';
import { environmentSchema } from './environment.schema.js';
import { generatedSecretsFile } from './generated-secrets.js';
import { projectRoot } from './project.js';

const key = Buffer.alloc(32, 7).toString('base64');
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://lyceum:secret@db:5432/lyceum',
  JWT_SECRET: 'j'.repeat(32),
  ADMIN_SECRET: 'a'.repeat(32),
  ENCRYPTION_KEY: key,
};

function problemsOf(variables: Record<string, string>): string[] {
  try {
    new AppConfig(variables);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('AppConfig', () => {
  let dataDirectory: string;
  beforeEach(() => {
    dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-config-'));
  });
  afterEach(() => rmSync(dataDirectory, { recursive: true, force: true }));

  it('documents in .env.example exactly the variables of the schema, with values that are valid', () => {
    const example = parse(readFileSync(path.join(projectRoot, '.env.example')));
    expect(Object.keys(example).toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
    expect(problemsOf({ ...example, DATA_DIR: dataDirectory })).toEqual([]);
  });

  it('names every bad variable at once', () => {
    const problems = problemsOf({
      PORT: 'many',
      LOG_LEVEL: 'loud',
      JWT_SECRET: 'short',
      JWT_EXPIRES_IN: 'soon',
      FORCE_HTTPS: 'maybe',
      REDIS_URL: 'http://redis',
      ENCRYPTION_KEY: 'abc',
      EDUCATES_PORTALS: 'example=ftp://x',
    });
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'JWT_SECRET',
      'JWT_EXPIRES_IN',
      'FORCE_HTTPS',
      'REDIS_URL',
      'ENCRYPTION_KEY',
      'EDUCATES_PORTALS',
    ]) {
      expect(problems.filter((problem) => problem.startsWith(`${name}:`))).toHaveLength(1);
    }
  });

  it.each(['DATABASE_URL', 'JWT_SECRET', 'ADMIN_SECRET', 'ENCRYPTION_KEY'])('refuses production without %s', (name) => {
    expect(problemsOf({ ...production, [name]: '' })).toEqual([`${name}: is required when NODE_ENV is production`]);
  });

  it('takes the secrets of production from the environment only', () => {
    const config = new AppConfig({ ...production, DATA_DIR: path.join(dataDirectory, 'unused') });
    expect(config.secrets.jwt).toBe(production.JWT_SECRET);
    expect(config.generatedSecrets).toEqual([]);
    expect(() => statSync(path.join(dataDirectory, 'unused'))).toThrow('ENOENT');
    expect(config.outbound.isHttpsOnly).toBe(true);
  });

  it('generates development secrets once, readable by the owner only', () => {
    const first = new AppConfig({ DATA_DIR: dataDirectory });
    const second = new AppConfig({ DATA_DIR: dataDirectory });
    expect(second.secrets).toEqual(first.secrets);
    expect(first.secrets.admin.length).toBeGreaterThanOrEqual(32);
    expect(statSync(generatedSecretsFile(dataDirectory)).mode & 0o777).toBe(0o600);
  });

  it('reads the misspelt name of the seed, with a warning', () => {
    const config = new AppConfig({ DATA_DIR: dataDirectory, EEALTH_CHECK_TIMEOUT: '1234' });
    expect(config.health.timeoutMs).toBe(1234);
    expect(config.warnings).toEqual([expect.stringContaining('EEALTH_CHECK_TIMEOUT')]);
  });

  it.each([
    ['24h', 86_400],
    ['15m', 900],
    ['3600', 3600],
    ['30d', 2_592_000],
  ])('reads the duration %s as %d seconds', (text, seconds) => {
    expect(new AppConfig({ DATA_DIR: dataDirectory, JWT_EXPIRES_IN: text }).auth.accessTokenTtlSeconds).toBe(seconds);
  });

  it.each(['10.0.0.1', '10.0.0.0/8', '2001:db8::/32', 'loopback, 192.0.2.7'])('trusts the proxies %s', (text) => {
    expect(problemsOf({ DATA_DIR: dataDirectory, TRUSTED_PROXIES: text })).toEqual([]);
  });
  it.each(['proxy.example', '10.0.0.0/33', '0.0.0.0/0', '::/0', '*', 'true'])('does not trust %s', (text) => {
    const problems = problemsOf({ DATA_DIR: dataDirectory, TRUSTED_PROXIES: text });
    expect(problems).toEqual([expect.stringMatching(/^TRUSTED_PROXIES: must list addresses/)]);
  });

  it('reads portals with their robots, and names each variable that is missing', () => {
    const robot = { USERNAME: 'robot', PASSWORD: 'p', CLIENT_ID: 'id', CLIENT_SECRET: 's' };
    const variables = Object.fromEntries(
      Object.entries(robot).map(([name, value]) => [`EDUCATES_MY_LAB_ROBOT_${name}`, value]),
    );
    const config = new AppConfig({
      DATA_DIR: dataDirectory,
      EDUCATES_PORTALS: 'my-lab=https://lab.example.org/',
      ...variables,
    });
    expect(config.educates.portals).toEqual([
      {
        name: 'my-lab',
        url: 'https://lab.example.org',
        robot: { username: 'robot', password: 'p', clientId: 'id', clientSecret: 's' },
      },
    ]);
    expect(problemsOf({ DATA_DIR: dataDirectory, EDUCATES_PORTALS: 'my-lab=https://lab.example.org' })).toHaveLength(4);
  });

  it.each([
    [{}, 'embedded'],
    [{ EXECUTOR_SERVICE_URL: 'http://one:1,http://two:1' }, 'http'],
    [{ EXECUTOR_SERVICE_URL: 'http://one:1', EXECUTION_DRIVER: 'http' }, 'http'],
    [{ PISTON_URL: 'http://one:2000', EXECUTION_DRIVER: 'piston' }, 'piston'],
  ])('chooses for %j the driver %s', (variables, driver) => {
    expect(new AppConfig({ DATA_DIR: dataDirectory, ...variables }).pythonServices.driver).toBe(driver);
  });

  it.each([
    [{ EXECUTION_DRIVER: 'http' }, /^EXECUTOR_SERVICE_URL: is required when EXECUTION_DRIVER is http$/],
    [{ EXECUTION_DRIVER: 'piston' }, /^PISTON_URL: is required/],
    [{ EXECUTION_DRIVER: 'docker' }, /^EXECUTION_DRIVER: /],
    [{ EXECUTION_DRIVER: 'embedded', EXECUTOR_SERVICE_URL: 'http://x' }, /^EXECUTOR_SERVICE_URL: contradicts/],
    [{ EXECUTION_DRIVER: 'embedded', PISTON_URL: 'http://x' }, /^PISTON_URL: contradicts/],
    [{ PISTON_URL: 'http://x' }, /^PISTON_URL: set EXECUTION_DRIVER=piston/],
    [{ EXECUTOR_SERVICE_URL: 'http://x', PISTON_URL: 'http://y' }, /^PISTON_URL: /],
    [{ EXECUTOR_SERVICE_URL: 'executor:3002' }, /^EXECUTOR_SERVICE_URL: address 1 must look like/],
    [{ EXERCISES_SERVICE_URL: 'dns+https://x' }, /^EXERCISES_SERVICE_URL: address 1 cannot be dns\+https/],
  ])('refuses %j', (variables, problem) => {
    expect(problemsOf({ DATA_DIR: dataDirectory, ...variables })).toEqual([expect.stringMatching(problem)]);
  });

  it('keeps several encryption keys, the first one first', () => {
    const other = Buffer.alloc(32, 9).toString('base64');
    const config = new AppConfig({ DATA_DIR: dataDirectory, ENCRYPTION_KEY: `new:${other},${key}` });
    expect(config.secrets.encryptionKeys.map(({ id }) => id)).toEqual(['new', expect.stringMatching(/^[\da-f]{8}$/)]);
  });
});
