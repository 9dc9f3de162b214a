import { runPreferencesOf } from './run-preferences.policy.js';

describe('runPreferencesOf', () => {
  it.each([
    ['respond-async', true],
    ['Respond-Async, wait=10', true],
    ['return=minimal, respond-async; foo="bar"', true],
    [['return=minimal', 'respond-async'], true],
    ['respond-async=1', false],
    ['not-respond-async', false],
    ['', false],
    [undefined, false],
  ])('reads Prefer: %j', (prefer, isAsync) => expect(runPreferencesOf({ prefer }).isAsync).toBe(isAsync));

  it.each([
    ['no-cache', true],
    ['no-store, no-cache', true],
    ['max-age=0', false],
    [undefined, false],
  ])('reads Cache-Control: %j', (header, isFresh) =>
    expect(runPreferencesOf({ 'cache-control': header }).isFresh).toBe(isFresh),
  );
});
