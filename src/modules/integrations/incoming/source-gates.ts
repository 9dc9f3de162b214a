import { Injectable } from '@nestjs/common';
import { Bulkhead } from '../../../platform/http-client/bulkhead.js';
import { tooManyWebhooksAtOnce } from './incoming.errors.js';

/** Webhooks of one source that this process stores at once, and that may wait for it with their bodies in memory. */
const gate = { maxConcurrent: 4, maxQueued: 500 };

/** Lets a flood at one source wait for itself, so that it does not take the database connections of the others. */
@Injectable()
export class SourceGates {
  private readonly gates = new Map<string, Bulkhead>();

  /** @throws AppError `incoming.too-many` when too many wait */
  async pass<T>(sourceId: string, work: () => Promise<T>): Promise<T> {
    const own = this.gates.get(sourceId) ?? new Bulkhead(gate);
    this.gates.set(sourceId, own);
    if (!(await own.enter(neverAborted))) throw tooManyWebhooksAtOnce(1);
    try {
      return await work();
    } finally {
      own.leave();
      if (own.isIdle) this.gates.delete(sourceId);
    }
  }
}

const neverAborted = new AbortController().signal;
