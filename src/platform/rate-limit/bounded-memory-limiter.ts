import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/**
 * Counts in this process's memory, for at most so many keys: somebody who owns many addresses must not fill it. The key that was
 * used least recently is forgotten first.
 */
export class BoundedMemoryLimiter extends RateLimiterMemory {
  private readonly known: LRUCache<string, true>;

  constructor(options: ConstructorParameters<typeof RateLimiterMemory>[0], maxKeys: number) {
    super(options);
    this.known = new LRUCache({
      max: maxKeys,
      noDisposeOnSet: true,
      dispose: (_, key) => void this.delete(key),
    });
  }

  override consume(key: string, points?: number, options?: object): Promise<RateLimiterRes> {
    if (this.known.get(key) === undefined) this.known.set(key, true);
    return super.consume(key, points, options);
  }
}
