import { DeliveryPlaces } from './delivery-places.js';

const limits = { fresh: 10, slow: 10, perEndpoint: 6, perUnprovenEndpoint: 2, slowAfterMs: 1000 };

describe('the places for attempts', () => {
  let places: DeliveryPlaces;
  beforeEach(() => {
    jest.useFakeTimers();
    places = new DeliveryPlaces(limits);
  });
  afterEach(() => jest.useRealTimers());

  function accept(id: string, times: number): void {
    for (let count = 0; count < times; count += 1) places.take(id, 1).settle(true);
  }

  it('of an endpoint grow with fast answers and shrink with failures', () => {
    expect(places.roomFor('a')).toBe(2);
    accept('a', 1);
    expect(places.roomFor('a')).toBe(4);
    accept('a', 9);
    expect(places.roomFor('a')).toBe(6);
    places.take('a', 1).settle(false);
    expect(places.roomFor('a')).toBe(3);
    for (let count = 0; count < 9; count += 1) places.take('a', 1).settle(false);
    expect(places.roomFor('a')).toBe(2);
  });

  it('are left to others by endpoints that hang, however many there are', () => {
    accept('healthy', 5);
    for (let index = 0; index < 100; index += 1) {
      const room = places.roomFor(`hanging ${index}`);
      if (room > 0) places.take(`hanging ${index}`, room);
      jest.advanceTimersByTime(250);
    }
    jest.advanceTimersByTime(1000);
    expect(places.roomFor('hanging 99')).toBe(0);
    expect(places.roomFor('never seen')).toBe(0);
    expect(places.roomFor('healthy')).toBe(6);
  });

  it('are claimed many at a time, unless what is under way takes its time', () => {
    accept('a', 5);
    const batch = places.take('a', 5);
    expect([places.roomFor('a'), places.isWorthClaiming('a')]).toEqual([1, false]);
    batch.settle(true);
    expect(places.isWorthClaiming('a')).toBe(false);
    batch.settle(true);
    expect([places.roomFor('a'), places.isWorthClaiming('a')]).toEqual([3, true]);
    places.take('unproven', 1);
    expect(places.isWorthClaiming('unproven')).toBe(true);
    const slow = places.take('b', 1);
    jest.advanceTimersByTime(1000);
    expect([places.roomFor('b'), places.isWorthClaiming('b')]).toEqual([1, true]);
    slow.close();
  });

  it('come back, once, when attempts end or are given up', () => {
    const batches = [places.take('a', 2), places.take('b', 2)];
    jest.advanceTimersByTime(2000);
    for (const batch of batches) {
      batch.settle(true);
      batch.close();
      batch.close();
      batch.settle(true);
    }
    expect(places.roomFor('a')).toBe(2);
    const all = Array.from({ length: 5 }, (_, index) => places.take(`x${index}`, 2));
    expect([places.isFull, places.roomFor('a')]).toEqual([true, 0]);
    for (const batch of all) batch.close();
    expect([places.isFull, places.roomFor('a')]).toEqual([false, 2]);
  });
});
