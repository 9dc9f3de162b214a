import { Bulkhead } from './bulkhead.js';

const never = new AbortController().signal;

describe('Bulkhead', () => {
  it('lets in as many as there are places, queues a few and refuses the rest', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 2, maxQueued: 1 });
    expect(await bulkhead.enter(never)).toBe(true);
    expect(await bulkhead.enter(never)).toBe(true);
    const queued = bulkhead.enter(never);
    expect(await bulkhead.enter(never)).toBe(false);
    bulkhead.leave();
    expect(await queued).toBe(true);
    expect(await Promise.race([bulkhead.enter(never), Promise.resolve('waiting')])).toBe('waiting');
  });

  it('serves the queue in order', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueued: 3 });
    await bulkhead.enter(never);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      await bulkhead.enter(never);
      order.push(number);
      bulkhead.leave();
    });
    bulkhead.leave();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect(bulkhead.isIdle).toBe(true);
  });

  it('lets one who waits give up without losing a place', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueued: 2 });
    await bulkhead.enter(never);
    const patience = new AbortController();
    const impatient = bulkhead.enter(patience.signal);
    const patient = bulkhead.enter(never);
    patience.abort();
    expect(await impatient).toBe(false);
    expect(bulkhead.isIdle).toBe(false);
    bulkhead.leave();
    expect(await patient).toBe(true);
    bulkhead.leave();
    expect(bulkhead.isIdle).toBe(true);
  });

  it('does not let in one who has given up before', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueued: 1 });
    expect(await bulkhead.enter(AbortSignal.abort())).toBe(false);
    expect(bulkhead.isIdle).toBe(true);
  });

  it('does not take a place back from one whose signal is aborted later', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueued: 1 });
    await bulkhead.enter(never);
    const controller = new AbortController();
    const queued = bulkhead.enter(controller.signal);
    bulkhead.leave();
    expect(await queued).toBe(true);
    controller.abort();
    expect(bulkhead.isIdle).toBe(false);
    bulkhead.leave();
    expect(bulkhead.isIdle).toBe(true);
  });
});
