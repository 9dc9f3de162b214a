import { nextProcessingAt, processingScheduleSeconds } from './processing-schedule.policy.js';
import { firstIdAt } from '../uuid-v7.policy.js';

const now = new Date('2026-11-26T12:00:00.000Z');

it('a failed processing is due again later and later, and at last no more', () => {
  const pauses = processingScheduleSeconds.map(
    (_, attempts) => (nextProcessingAt(attempts, now)?.getTime() ?? 0) - now.getTime(),
  );
  expect(pauses).toEqual(processingScheduleSeconds.map((seconds) => seconds * 1000));
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(nextProcessingAt(processingScheduleSeconds.length, now)).toBeNull();
});

it('the first id of a time is a uuidv7 and orders as its time does', () => {
  const ids = [new Date(0), now, new Date(now.getTime() + 1)].map(firstIdAt);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  expect(ids).toEqual(ids.toSorted());
});
