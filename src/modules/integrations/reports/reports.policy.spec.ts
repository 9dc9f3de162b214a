import { AppError } from '../../../platform/errors/app-error.js';
import { addCounts, factsOfFailure, fingerprintOfFailure, isOurs, systemErrorOf } from './failure.policy.js';
import { settingsChangeOf } from './settings-change.policy.js';

const failure = (thrown: unknown, route = '/api/things/:id') => ({
  status: 500,
  code: 'internal',
  method: 'GET',
  route,
  correlationId: 'abc',
  thrown,
});
const thrownHere = () => new TypeError('the password is hunter2');

describe('a failure', () => {
  it('has one fingerprint for one fault', () => {
    expect(fingerprintOfFailure(failure(thrownHere()))).toBe(fingerprintOfFailure(failure(thrownHere())));
    expect(fingerprintOfFailure(failure(thrownHere()))).not.toBe(fingerprintOfFailure(failure(thrownHere(), '/other')));
    expect(fingerprintOfFailure(failure(thrownHere()))).not.toBe(fingerprintOfFailure(failure(new TypeError('other'))));
    expect(fingerprintOfFailure(failure('text'))).toMatch(/^[\da-f]{16}$/);
  });

  it('is ours unless another system failed', () => {
    expect(isOurs(failure(thrownHere()))).toBe(true);
    expect(isOurs(failure(new AppError('unavailable', 'x.busy', 'Busy')))).toBe(true);
    expect(isOurs(failure(new AppError('upstream-failed', 'x.failed', 'It failed')))).toBe(false);
    expect(isOurs(failure(new AppError('upstream-timeout', 'x.late', 'It is late')))).toBe(false);
  });

  it('is told with its count and without inner text', () => {
    const count = (seconds: number, pending: number) => ({
      fingerprint: 'f',
      facts: factsOfFailure(failure(thrownHere())),
      pending,
      firstAt: new Date(seconds * 1000),
      lastAt: new Date(seconds * 1000),
    });
    const told = systemErrorOf(addCounts(count(20, 2), count(10, 3)));
    expect(told).toMatchObject({
      message: 'GET /api/things/:id answered with 500 (internal)',
      count: 5,
      firstAt: '1970-01-01T00:00:10.000Z',
      lastAt: '1970-01-01T00:00:20.000Z',
    });
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });
});

describe('a change of settings', () => {
  it.each([
    ['integration.updated', { changed: 'config authConfig' }, ['integration.config', 'integration.authConfig']],
    ['integration.updated', { changed: '' }, undefined],
    ['webhook.updated', { members: 'rateLimit' }, ['webhook.rateLimit']],
    ['webhook.updated', {}, ['webhook']],
    ['integration.activated', {}, ['integration.status']],
    ['webhook.paused', {}, ['webhook.state']],
    ['webhook.deleted', {}, ['webhook']],
    ['webhook.secret-rotated', {}, ['webhook.secret-rotated']],
    ['webhook.example-sent', {}, undefined],
    ['auth.login-failed', {}, undefined],
    ['delivery.resent', {}, undefined],
  ])('%s with %j is %j', (action, details, settings) => {
    const change = settingsChangeOf({ action, actor: 'admin-secret', subject: 'webhook:1', details });
    expect(change).toEqual(settings === undefined ? undefined : { settings, subject: 'webhook:1' });
  });

  it('is none when the application made it by itself', () => {
    expect(settingsChangeOf({ action: 'webhook.updated', actor: 'system', subject: 'webhook:1' })).toBeUndefined();
  });
});
