import type { AppConfig } from '../../../platform/config/app-config.js';
import { DatabaseShare } from './database-share.js';

const shareOf = (poolSize: number) => new DatabaseShare({ database: { poolSize } } as AppConfig);

describe('the share of the database connections', () => {
  it('is used up to its limit, urgent work first, and given back also by work that fails', async () => {
    const share = shareOf(8);
    const order: string[] = [];
    let [running, most] = [0, 0];
    const work = (name: string) => async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(name);
      running -= 1;
      if (name === 'fails') throw new Error('as it should');
    };
    const names = ['first', 'fails', 'patient 1', 'patient 2', 'urgent 1', 'urgent 2'];
    const results = await Promise.allSettled(names.map((name) => share.run(name.startsWith('urgent'), work(name))));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect([order, most]).toEqual([['first', 'fails', 'urgent 1', 'urgent 2', 'patient 1', 'patient 2'], 2]);
    await share.run(false, work('afterwards'));
    expect(order).toContain('afterwards');
  });

  it('is never nothing', async () => {
    expect(await shareOf(2).run(false, () => Promise.resolve(7))).toBe(7);
  });
});
