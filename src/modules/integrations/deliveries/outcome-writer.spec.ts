import fc from 'fast-check';
import { OutcomeWriter } from './outcome-writer.js';

const later = () => Date.now() + 60_000;

describe('the writer of outcomes', () => {
  it('writes each once, whenever it ends, and says so only afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 20 }), async (delays) => {
        const written: number[] = [];
        const writer = new OutcomeWriter<number>(delays.length, later(), async (outcomes) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          written.push(...outcomes);
        });
        await Promise.all(
          delays.map(async (delay, index) => {
            await new Promise((resolve) => setTimeout(resolve, delay));
            await writer.add(index);
            expect(written).toContain(index);
          }),
        );
        expect(written.toSorted((a, b) => a - b)).toEqual(delays.map((_, index) => index));
      }),
      { numRuns: 20 },
    );
  });

  it('writes what ended although another goes on, and what ends together in one go', async () => {
    const writes: string[][] = [];
    const writer = new OutcomeWriter<string>(4, later(), (outcomes) => Promise.resolve(void writes.push(outcomes)));
    await Promise.all([writer.add('a'), writer.add('b'), writer.add('c')]);
    expect(writes).toEqual([['a', 'b', 'c']]);
    await writer.add('d');
    expect(writes).toHaveLength(2);
  });

  it('tries again what could not be written, and gives up at the deadline', async () => {
    let failures = 1;
    const write = jest.fn(() => (failures-- > 0 ? Promise.reject(new Error('down')) : Promise.resolve()));
    await new OutcomeWriter(1, later(), write).add('a');
    expect(write).toHaveBeenCalledTimes(2);
    failures = 9;
    await expect(new OutcomeWriter(1, Date.now(), write).add('b')).rejects.toThrow('down');
  });
});
