import type { Transaction } from '../database/database.js';
import type { PublishedEvent } from './event.js';

/**
 * Takes events over in the transaction that marks them as dispatched: what a subscriber writes with `tx` commits exactly
 * once for each event. It must only write rows and add jobs, never call out.
 */
export interface EventSubscriber {
  onEvents(tx: Transaction, events: PublishedEvent[]): Promise<void>;
}
