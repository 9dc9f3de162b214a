import type { AppError } from '../../../platform/errors/app-error.js';
import { changeIntegration, defineIntegration } from './integration-definition.policy.js';

const config = { endpoint: 'https://sis.example.edu/api' };
const defined = defineIntegration({
  name: ' SIS ',
  type: 'api',
  config,
  authType: 'api_key',
  authConfig: { key: 'a-key-of-some-length' },
});

function fieldsOf(work: () => unknown): string[] | undefined {
  try {
    work();
  } catch (error) {
    return (error as AppError).details?.errors?.map(({ field }) => field);
  }
  return undefined;
}

describe('the definition of an integration', () => {
  it('is filled in with the defaults of the original and split into what is shown and what is secret', () => {
    expect(defined).toEqual({
      name: 'SIS',
      type: 'api',
      config: { ...config, method: 'POST', headers: {}, timeout: 30_000 },
      authType: 'api_key',
      authConfig: { key: { set: true, lastFour: 'ngth' }, in: 'header', header: 'X-API-Key', parameter: 'api_key' },
      secrets: { key: 'a-key-of-some-length' },
      syncFrequencySeconds: 3600,
      syncCron: null,
      syncTimeZone: 'UTC',
      publishesChanges: true,
    });
  });

  it('has a frequency or a cron expression, whichever was said last', () => {
    const cron = changeIntegration(defined, { syncCron: '30 6 * * *', syncTimeZone: 'Europe/Berlin' });
    expect(cron).toMatchObject({ syncFrequencySeconds: 0, syncCron: '30 6 * * *', syncTimeZone: 'Europe/Berlin' });
    expect(changeIntegration(cron, { name: 'x' })).toMatchObject({ syncFrequencySeconds: 0, syncCron: '30 6 * * *' });
    expect(changeIntegration(cron, { syncFrequency: 60 })).toMatchObject({ syncFrequencySeconds: 60, syncCron: null });
    expect(changeIntegration(cron, { syncCron: null })).toMatchObject({ syncFrequencySeconds: 0, syncCron: null });
  });

  it('does not change by a change of nothing, nor by what was read', () => {
    expect(changeIntegration(defined, {})).toEqual(defined);
    const { name, type, authType, authConfig, syncFrequencySeconds: syncFrequency } = defined;
    const readBack = { name, type, config: defined.config, authType, authConfig, syncFrequency };
    expect(changeIntegration(defined, readBack)).toEqual(defined);
  });

  it.each([
    [
      'config.push.body.note',
      { endpoint: config.endpoint, source: { events: ['*'] }, push: { body: { note: 'a\0b' } } },
    ],
    ['config.push.body', { endpoint: config.endpoint, source: { events: ['*'] }, push: { body: { 'a\uD800': 1 } } }],
    ['config.source', { endpoint: config.endpoint, source: { events: ['\0'] } }],
  ])('is refused where it cannot be stored, by name: %s', (field, unstorable) => {
    const named = fieldsOf(() => defineIntegration({ name: 'x', type: 'api', config: unstorable }));
    expect(named?.[0]).toMatch(new RegExp(`^${field}`));
  });

  it('keeps its secret when it moves within the origin, and not beyond', () => {
    const moved = (endpoint: string) => () => changeIntegration(defined, { config: { endpoint } });
    expect(moved('https://sis.example.edu/v2')().secrets).toEqual(defined.secrets);
    for (const endpoint of ['https://sis.example.edu:8443/', 'http://sis.example.edu/', 'https://example.edu/']) {
      expect(fieldsOf(moved(endpoint))).toEqual(['authConfig']);
    }
  });

  it('forgets the secret of another kind of authentication', () => {
    expect(changeIntegration(defined, { authType: 'none' }).secrets).toEqual({});
    expect(fieldsOf(() => changeIntegration(defined, { authType: 'bearer' }))).toEqual(['authConfig.token']);
    const masked = { token: { set: true } };
    expect(fieldsOf(() => changeIntegration(defined, { authType: 'bearer', authConfig: masked }))).toEqual([
      'authConfig.token',
    ]);
  });

  it('cannot take on a type that its configuration does not fit', () => {
    expect(fieldsOf(() => changeIntegration(defined, { type: 'database' }))).toContain('config.direction');
  });

  it('has no header authentication for databases and files', () => {
    const file = { provider: 'local', path: 'in', direction: 'import', format: 'csv' };
    const define = () =>
      defineIntegration({ name: 'x', type: 'file', config: file, authType: 'bearer', authConfig: { token: 'x' } });
    expect(fieldsOf(define)).toEqual(['authType']);
  });
});
