import fc from 'fast-check';
import { GroupedWrites } from './grouped-writes.js';

const later = () => Date.now() + 60_000;
const item = (name: string, writeUntil = later()) => ({ name, writeUntil });

describe('grouped writes', () => {
  it('write each item once, whenever it comes, and say so only afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 20 }), async (delays) => {
        const written: string[] = [];
        const writes = new GroupedWrites(async (items: { name: string; writeUntil: number }[]) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          written.push(...items.map(({ name }) => name));
          return items.map(({ name }) => `${name} written`);
        });
        await Promise.all(
          delays.map(async (delay, index) => {
            await new Promise((resolve) => setTimeout(resolve, delay));
            expect(await writes.add(item(`${index}`))).toBe(`${index} written`);
            expect(written).toContain(`${index}`);
          }),
        );
        expect(written).toHaveLength(delays.length);
      }),
      { numRuns: 20 },
    );
  });

  it('write what comes together, or during another write, in one go, and never two at a time', async () => {
    const groups: number[] = [];
    let underWay = 0;
    const writes = new GroupedWrites(async (items: { writeUntil: number }[]) => {
      underWay += 1;
      expect(underWay).toBe(1);
      groups.push(items.length);
      await new Promise((resolve) => setTimeout(resolve, 30));
      underWay -= 1;
      return items;
    });
    const first = [writes.add(item('a')), writes.add(item('b'))];
    await new Promise((resolve) => setTimeout(resolve, 15));
    await Promise.all([...first, writes.add(item('c')), writes.add(item('d')), writes.add(item('e'))]);
    expect(groups).toEqual([2, 3]);
  });

  it('are tried again when they fail, until it is too late for an item', async () => {
    let failures = 1;
    const write = jest.fn((items: { writeUntil: number }[]) =>
      failures-- > 0 ? Promise.reject(new Error('down')) : Promise.resolve(items),
    );
    const writes = new GroupedWrites(write);
    const [kept, late] = await Promise.allSettled([writes.add(item('a')), writes.add(item('b', Date.now()))]);
    expect([kept.status, late.status]).toEqual(['fulfilled', 'rejected']);
    expect(write.mock.calls.map(([items]) => items.length)).toEqual([2, 1]);
  });

  it('let no item that cannot be written keep the others from it', async () => {
    const writes = new GroupedWrites(
      (items: { name: string; writeUntil: number }[]) =>
        items.some(({ name }) => name === 'bad') ? Promise.reject(new TypeError('bad')) : Promise.resolve(items),
      (error) => error instanceof TypeError,
    );
    const results = await Promise.allSettled(['a', 'bad', 'b'].map((name) => writes.add(item(name))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
