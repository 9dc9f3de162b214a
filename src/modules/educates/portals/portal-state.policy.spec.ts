import { portalStateOf, unknownPortal, type PortalFacts } from './portal-state.policy.js';

const failed = (failuresInARow: number, hasAnswered: boolean): PortalFacts => ({
  ...unknownPortal,
  failuresInARow,
  lastFailure: { reason: 'timeout', hasAnswered, at: new Date(0) },
});

describe('portalStateOf', () => {
  it('takes a portal for up until it fails', () => {
    expect(portalStateOf(unknownPortal)).toEqual({ state: 'up', reason: null });
    expect(portalStateOf({ ...failed(0, false), lastAnswerAt: new Date(1) })).toEqual({ state: 'up', reason: null });
  });

  it('is sooner sure of a portal that says nothing than of one that answers with errors', () => {
    expect([1, 2].map((failures) => portalStateOf(failed(failures, false)).state)).toEqual(['degraded', 'down']);
    expect([1, 4, 5].map((failures) => portalStateOf(failed(failures, true)).state)).toEqual([
      'degraded',
      'degraded',
      'down',
    ]);
  });

  it('says misconfigured whatever else happened', () => {
    const misconfiguration = "it refuses the robot's credentials (invalid_grant)";
    expect(portalStateOf({ ...failed(9, false), misconfigurations: { token: misconfiguration } })).toEqual({
      state: 'misconfigured',
      reason: misconfiguration,
    });
  });
});
