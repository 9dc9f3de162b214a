import { partitionsBefore, partitionsFrom } from './attempt-partitions.policy.js';

describe('partitions of attempts', () => {
  it('are days in UTC without gaps, named after their end', () => {
    const partitions = partitionsFrom(new Date('2026-02-27T23:59:59.999Z'), 3);
    expect(partitions.map(({ name }) => name.slice(-8))).toEqual(['20260228', '20260301', '20260302']);
    expect(partitions[1]?.from).toBe(partitions[0]?.to);
    expect(partitions[2]?.from).toBe(partitions[1]?.to);
  });

  it.each([
    ['delivery_attempts_before_20261126', '2026-11-26T00:00:00.000Z', true],
    ['delivery_attempts_before_20261126', '2026-11-25T23:59:59.999Z', false],
    ['delivery_attempts_before_20261127', '2026-11-26T23:59:59.999Z', false],
    ['delivery_attempts_default', '2030-01-01T00:00:00.000Z', false],
  ])('%s is over at %s: %s', (name, cutoff, isOver) => {
    expect(partitionsBefore([name], new Date(cutoff))).toEqual(isOver ? [name] : []);
  });
});
