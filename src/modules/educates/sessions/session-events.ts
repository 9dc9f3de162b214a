import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { OpenStreams } from '../../../platform/http/open-streams.js';
import { heartbeat, retryAfter, serverSentEvent } from '../../../platform/http/server-sent-event.js';
import type { Caller } from '../../identity/index.js';
import type { SessionResponse } from './session-responses.dto.js';
import { settledStates } from './session-state.js';
import { SessionViews } from './session-views.js';
import { tooManyStreams } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';

/** Streams that one caller can have open in one process. */
const maxStreamsPerCaller = 10;
/** How often the session is read, in milliseconds. */
const pollMs = 1000;
/** Common proxies close a connection that was silent for 60 s. */
const heartbeatMs = 15_000;
const reconnectMs = 1000;

/** A session as a stream of events: what it is at first, and whenever it or its place in the waiting list has changed. */
@Injectable()
export class SessionEvents implements BeforeApplicationShutdown {
  private readonly streams = new OpenStreams(maxStreamsPerCaller);
  private readonly stopping = new AbortController();

  constructor(
    private readonly sessions: SessionsService,
    private readonly views: SessionViews,
  ) {}

  /**
   * Text of `text/event-stream`, up to the end of the session.
   *
   * @param gone aborted when the client goes away
   * @throws AppError `educates.session-not-found`, `educates.too-many-streams`
   */
  async open(caller: Caller, id: string, gone: AbortSignal): Promise<AsyncGenerator<string>> {
    await this.sessions.get(caller, id);
    if (!this.streams.hasRoomFor(caller.actor)) throw tooManyStreams(maxStreamsPerCaller);
    const stream = this.follow(caller, id, AbortSignal.any([gone, this.stopping.signal]));
    return this.streams.counted(caller.actor, stream);
  }

  /** Streams end; their clients connect again, to another process or the next. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async *follow(caller: Caller, id: string, over: AbortSignal): AsyncGenerator<string> {
    yield retryAfter(reconnectMs);
    let known = '';
    let spokeAtMs = performance.now();
    while (!over.aborted) {
      const session = await this.sessions.get(caller, id);
      const view = await this.views.of(caller, session);
      const marks = marksOf(view, session.version);
      const isSilent = performance.now() - spokeAtMs > heartbeatMs;
      if (marks !== known) yield serverSentEvent('session', marks, view);
      else if (isSilent) yield heartbeat;
      if (marks !== known || isSilent) spokeAtMs = performance.now();
      known = marks;
      if (settledStates.includes(session.state)) return;
      await pause(pollMs, undefined, { signal: over }).catch(() => undefined);
    }
  }
}

/** What tells one state of a session from the next; links and countdowns change all the time. */
const marksOf = ({ waiting }: SessionResponse, version: number): string => `${version}.${waiting?.position ?? 0}`;
