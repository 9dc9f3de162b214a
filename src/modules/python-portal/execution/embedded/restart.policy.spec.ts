import { restartPauseMs } from './restart.policy.js';

describe('restartPauseMs', () => {
  it('starts again at once, then with growing pauses up to half a minute', () => {
    expect([1, 2, 3, 4, 9, 20, 2_000].map(restartPauseMs)).toEqual([0, 100, 200, 400, 12_800, 30_000, 30_000]);
  });
});
