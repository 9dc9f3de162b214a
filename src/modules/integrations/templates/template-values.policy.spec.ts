import { slack, teams } from './chat.templates.js';
import { customApi } from './data.templates.js';
import { fillIn } from './template-values.policy.js';

const fields = (errors: { field: string }[]) => errors.map(({ field }) => field);
const values = { workspace: 'T1', channel: 'B1', token: 'x-y_z' };

describe('a template', () => {
  it('is filled in by its parts, or by the whole address', () => {
    const endpoint = 'https://hooks.slack.com/services/T1/B1/x-y_z';
    expect(fillIn(slack, { values }).config.endpoint).toBe(endpoint);
    expect(fillIn(slack, { values: {}, endpoint })).toMatchObject({ config: { endpoint }, errors: [] });
    const workflowUrl = 'https://a.b.api.powerplatform.com:443/x?sig=$&';
    expect(fillIn(teams, { values: { workflowUrl } }).config.endpoint).toBe(workflowUrl);
    const filled = fillIn(customApi, { values: { endpoint: 'https://sis.example.edu', key: 'k' } });
    expect(filled).toMatchObject({
      config: { endpoint: 'https://sis.example.edu' },
      authConfig: { key: 'k' },
      errors: [],
    });
  });

  it('leaves the template as it is', () => {
    const before = JSON.stringify([slack, customApi]);
    fillIn(slack, { values });
    fillIn(customApi, { values: { endpoint: 'https://sis.example.edu', key: 'k' } });
    expect(JSON.stringify([slack, customApi])).toBe(before);
  });

  it.each([
    [{ values: {} }, ['values.workspace', 'values.channel', 'values.token']],
    [{ values: { ...values, token: '../../x' } }, ['values.token']],
    [{ values: { ...values, token: 7 } }, ['values.token']],
    [{ values: { ...values, other: 'x' } }, ['values.other']],
    [{ values: {}, endpoint: 'https://hooks.slack.com.evil.example/services/x' }, ['endpoint']],
    [{ values: {}, endpoint: 'http://hooks.slack.com/services/x' }, ['endpoint']],
    [{ values: {}, endpoint: 'nonsense' }, ['endpoint']],
  ])('refuses %j at %j', (given, expected) => {
    expect(fields(fillIn(slack, given).errors)).toEqual(expected);
  });

  it('refuses a secret that no header can hold', () => {
    const given = { endpoint: 'https://sis.example.edu', key: 'k\r\nHost: evil.example' };
    expect(fields(fillIn(customApi, { values: given }).errors)).toEqual(['values.key']);
  });
});
