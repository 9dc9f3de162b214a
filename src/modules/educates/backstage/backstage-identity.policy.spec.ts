import fc from 'fast-check';
import { identityOf } from './backstage-identity.policy.js';

const issuer = 'https://backstage.example.org/api/auth';

describe('identityOf', () => {
  it('gives a person an id that stays, and groups that grants can name', () => {
    const jane = identityOf(issuer, { sub: 'user:default/Jane', ent: ['user:default/jane', 'group:default/team-a'] });
    expect(jane?.groups).toEqual(['backstage.user.default.jane', 'backstage.group.default.team-a']);
    expect(jane?.userId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(identityOf(issuer, { sub: 'user:default/jane' })?.userId).toBe(jane?.userId);
    expect(identityOf('https://other.example.org/api/auth', { sub: 'user:default/jane' })?.userId).not.toBe(
      jane?.userId,
    );
  });

  it.each([
    null,
    {},
    { sub: 'plugin:catalog' },
    { sub: 'group:default/x' },
    { sub: 'user:a/b/c' },
    { sub: 'user:a.b/c' },
    { sub: 7 },
  ])('knows nobody in %j', (payload) => {
    expect(identityOf(issuer, payload)).toBeNull();
  });

  it('gives different people different ids and groups', () => {
    const part = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(part, part, part, part, (space, name, otherSpace, otherName) => {
        fc.pre(space !== otherSpace || name !== otherName);
        const [one, other] = [`user:${space}/${name}`, `user:${otherSpace}/${otherName}`].map((sub) =>
          identityOf(issuer, { sub }),
        );
        expect(one?.userId).not.toBe(other?.userId);
        expect(one?.groups).not.toEqual(other?.groups);
      }),
    );
  });
});
