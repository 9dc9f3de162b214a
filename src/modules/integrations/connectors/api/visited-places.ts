import type { Place } from './pagination.policy.js';
import { digestOf } from './pull-progress.js';

/** A longer circle is ended by `maxPages`. */
const maxRemembered = 10_000;

/** Where a run has been, in bounded memory: who leads there again leads in a circle. */
export class VisitedPlaces {
  private readonly digests = new Set<string>();

  add(place: Place): void {
    this.digests.add(digestOf([String(place)]));
    const [oldest] = this.digests;
    if (this.digests.size > maxRemembered && oldest !== undefined) this.digests.delete(oldest);
  }

  has(place: Place): boolean {
    return this.digests.has(digestOf([String(place)]));
  }
}
