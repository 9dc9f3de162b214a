import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { AppError } from '../../../platform/errors/app-error.js';
import { OpenStreams } from '../../../platform/http/open-streams.js';
import { heartbeat, retryAfter, serverSentEvent } from '../../../platform/http/server-sent-event.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import type { LogEntry, LogTailQuery } from './log.dto.js';
import { LogsRepository } from './logs.repository.js';

/** Streams that one admin can have open in one process. */
const maxStreamsPerCaller = 10;
/** How often the log is read, in milliseconds. */
const pollMs = 1000;
/** How long after it was made an entry may become visible: transactions do not commit in the order of their ids. */
const lookBackMs = 10_000;
/** Pending entries whose change is waited for; beyond it the oldest are let go. */
const maxWatched = 500;
const maxEntriesPerPoll = 5000;
/** Common proxies close a connection that was silent for 60 s. */
const heartbeatMs = 15_000;
const reconnectMs = 1000;

/** The log of an integration as it grows: each new entry, and again when its status changes. */
@Injectable()
export class LogTail implements BeforeApplicationShutdown {
  private readonly streams = new OpenStreams(maxStreamsPerCaller);
  private readonly stopping = new AbortController();

  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly logs: LogsRepository,
  ) {}

  /**
   * Text of `text/event-stream`, without end.
   *
   * @param gone aborted when the client goes away
   * @throws AppError `integrations.not-found`, `integrations.too-many-streams`
   */
  async open(actor: string, id: string, filter: LogTailQuery, gone: AbortSignal): Promise<AsyncGenerator<string>> {
    await this.integrations.get(id);
    if (!this.streams.hasRoomFor(actor)) throw tooManyStreams();
    return this.streams.counted(actor, this.follow(id, filter, AbortSignal.any([gone, this.stopping.signal])));
  }

  /** Streams end; their clients connect again, to another process or the next. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async *follow(id: string, filter: LogTailQuery, over: AbortSignal): AsyncGenerator<string> {
    yield retryAfter(reconnectMs);
    const beganAt = new Date();
    const known = new Map<string, string>();
    let spokeAtMs = performance.now();
    while (!over.aborted) {
      const since = new Date(Math.max(beganAt.getTime(), Date.now() - lookBackMs));
      const pending = [...known].filter(([, status]) => status === 'pending').map(([entryId]) => entryId);
      const found = await this.logs.listSince(id, since, pending, maxEntriesPerPoll);
      const news = found.filter((entry) => known.get(entry.id) !== entry.status);
      for (const entry of news) known.set(entry.id, entry.status);
      forgetOldest(known);
      const wanted = news.filter((entry) => fits(entry, filter));
      yield* wanted.map((entry) => serverSentEvent('entry', entry.id, entry));
      if (wanted.length > 0) spokeAtMs = performance.now();
      else if (performance.now() - spokeAtMs > heartbeatMs) {
        yield heartbeat;
        spokeAtMs = performance.now();
      }
      await pause(pollMs, undefined, { signal: over }).catch(() => undefined);
    }
  }
}

function fits(entry: LogEntry, filter: LogTailQuery): boolean {
  return (['kind', 'status', 'direction', 'eventType'] as const).every(
    (member) => filter[member] === undefined || filter[member] === entry[member],
  );
}

/** What is settled and older than any entry that may still appear is forgotten first, then what has been pending for longest. */
function forgetOldest(known: Map<string, string>): void {
  const surplus = known.size - maxWatched - maxEntriesPerPoll;
  if (surplus <= 0) return;
  const settledFirst = [...known].toSorted(([, a], [, b]) => Number(a === 'pending') - Number(b === 'pending'));
  for (const [entryId] of settledFirst.slice(0, surplus)) known.delete(entryId);
}

const tooManyStreams = (): AppError =>
  new AppError(
    'too-many',
    'integrations.too-many-streams',
    `Close some of your event streams; ${maxStreamsPerCaller} can be open`,
    { retryAfterSeconds: 5 },
  );
