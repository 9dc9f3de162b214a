import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { Broadcast } from '../../../platform/redis/broadcast.js';
import type { AccountCaller } from '../access/caller.js';

/** No answer of the database is relied on for longer, whatever happens to messages. */
const maxAgeMs = 2_000;
const maxSessions = 10_000;
const topic = 'sessions';

interface KnownSession {
  readonly caller: AccountCaller;
  /** By `performance.now()`. */
  readonly endsAtMs: number;
}

/**
 * Sessions that stood a moment ago, so that not every request asks the database. Only where there is no other process, or while this
 * one hears the others through Redis: otherwise each request asks. What ends a session, or changes its user's role, drops it:
 *
 * - in this process when the transaction has committed, before the request that did it is answered;
 * - in the others with the message about it. If Redis does not take the message, or who ended it is a command beside the one process,
 *   that is answered after two seconds only, when nobody can rely any more on what was read before;
 * - after two seconds at the latest: when a connection is lost without anybody noticing, the process that ended the session dies
 *   before it says so, or somebody changes rows by hand.
 */
@Injectable()
export class KnownSessions {
  readonly #sessions = new LRUCache<string, KnownSession>({ max: maxSessions });
  /** Counts what was dropped: what was being read meanwhile may be from before. */
  #drops = 0;

  constructor(
    private readonly database: Database,
    private readonly broadcast: Broadcast,
  ) {
    broadcast.listen(topic, {
      onMessage: (message) => this.#drop(JSON.parse(message) as string[]),
      onGap: () => this.#dropAll(),
    });
  }

  find(sessionId: string): AccountCaller | undefined {
    if (!this.#hearsEverything) return undefined;
    const known = this.#sessions.get(sessionId);
    return known !== undefined && performance.now() < known.endsAtMs ? known.caller : undefined;
  }

  /** Call it before the session is read; what it gives remembers the session, unless something was dropped meanwhile. */
  beginToRead(): (caller: AccountCaller, msLeft: number) => void {
    const [drops, startedAtMs] = [this.#drops, performance.now()];
    return (caller, msLeft) => {
      if (drops !== this.#drops || !this.#hearsEverything) return;
      this.#sessions.set(caller.sessionId, { caller, endsAtMs: startedAtMs + Math.min(maxAgeMs, msLeft) });
    };
  }

  /** For every change of what `findStanding` reads: drops the users' sessions everywhere once the change has committed. */
  forgetOnCommit(tx: Transaction, userIds: string[]): void {
    if (userIds.length === 0) return;
    this.database.onCommit(tx, async () => {
      this.#drop(userIds);
      const isTold = await this.broadcast.publish(topic, JSON.stringify(userIds));
      if (!isTold || this.database.use === 'beside') await delay(maxAgeMs);
    });
  }

  get #hearsEverything(): boolean {
    return this.database.use === 'alone' || this.broadcast.isHearing;
  }

  #drop(userIds: string[]): void {
    this.#drops += 1;
    for (const [id, { caller }] of this.#sessions.entries()) {
      if (userIds.includes(caller.userId)) this.#sessions.delete(id);
    }
  }

  #dropAll(): void {
    this.#drops += 1;
    this.#sessions.clear();
  }
}
