import { WindowCounter } from './window-counter.js';

describe('WindowCounter', () => {
  it('counts each key from its first use to the end of the window, and then anew', () => {
    const counter = new WindowCounter(10);
    expect(counter.count('a', 1000, 5000)).toEqual({ uses: 1, msLeft: 1000 });
    expect(counter.count('a', 1000, 5400)).toEqual({ uses: 2, msLeft: 600 });
    expect(counter.count('b', 1000, 5999)).toEqual({ uses: 1, msLeft: 1000 });
    expect(counter.count('a', 1000, 5999)).toEqual({ uses: 3, msLeft: 1 });
    expect(counter.count('a', 1000, 6000)).toEqual({ uses: 1, msLeft: 1000 });
  });

  it('never holds more keys than it may, and forgets the one that was used least recently', () => {
    const counter = new WindowCounter(100);
    for (let index = 0; index < 5000; index += 1) {
      counter.count('steady', 60_000);
      counter.count(`address:${index}`, 60_000);
    }
    expect(counter.count('steady', 60_000).uses).toBe(5001);
    expect(counter.count('address:4999', 60_000).uses).toBe(2);
    expect(counter.count('address:1', 60_000).uses).toBe(1);
  });
});
