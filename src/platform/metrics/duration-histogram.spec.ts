import { Histogram, Registry, type Metric } from 'prom-client';
import fc from 'fast-check';
import { DurationHistogram } from './duration-histogram.js';

const options = { name: 'lyceum_test_seconds', help: 'A test', labelNames: ['route', 'status'] as const };
const buckets = [0.001, 0.1, 5];

describe('DurationHistogram', () => {
  it('exposes what the histogram of prom-client does', async () => {
    const observation = fc.record({
      labels: fc.tuple(fc.constantFrom('/a', '/b"\n', 'none'), fc.constantFrom('2xx', '4xx')),
      seconds: fc.oneof(fc.constantFrom(0, ...buckets), fc.double({ min: 0, max: 20, noNaN: true })),
    });
    const rendered = async (metric: Metric): Promise<string> => {
      const registry = new Registry();
      registry.registerMetric(metric);
      return registry.metrics();
    };
    await fc.assert(
      fc.asyncProperty(fc.array(observation), async (observations) => {
        const theirs = new Histogram({ ...options, buckets, registers: [] });
        const ours = new DurationHistogram({ ...options, buckets });
        for (const { labels, seconds } of observations) {
          theirs.labels(...labels).observe(seconds);
          ours.observe(labels, seconds);
        }
        expect(await rendered(ours as unknown as Metric)).toBe(await rendered(theirs));
      }),
    );
  });
});
