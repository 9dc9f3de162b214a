import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Caller } from '../../identity/index.js';
import { type EventCursor, endId, idOf, outputSince, type Output } from './event-cursor.policy.js';
import { ExecutionRunner } from './execution-runner.js';
import { hasEnded } from './execution-state.js';
import type { ExecutionEntity } from './execution.entity.js';
import { tooManyStreams } from './executions.errors.js';
import { ExecutionsService } from './executions.service.js';
import { OpenStreams } from '../../../platform/http/open-streams.js';
import { heartbeat, retryAfter, serverSentEvent } from '../../../platform/http/server-sent-event.js';

/** Streams that one caller can have open in one process. */
const maxStreamsPerCaller = 10;
/** How often the row of a run is read; what this process runs tells by itself when something happens. */
const pollMs = 500;
/** Common proxies close a connection that was silent for 60 s. */
const heartbeatMs = 15_000;
const reconnectMs = 1000;

/**
 * An asynchronous run as a stream of events: `status` when it changes, `output` as the program prints, `result` at the end.
 *
 * What a program prints is only known to the process that runs it. A stream at another one has the status as it changes, and all output
 * when the run is over. Graded runs tell no output before the end.
 */
@Injectable()
export class ExecutionEvents implements BeforeApplicationShutdown {
  private readonly streams = new OpenStreams(maxStreamsPerCaller);
  private readonly stopping = new AbortController();

  constructor(
    private readonly executions: ExecutionsService,
    private readonly runner: ExecutionRunner,
  ) {}

  /**
   * The events after the cursor, as text of `text/event-stream`.
   *
   * @param gone aborted when the client goes away
   * @throws AppError `executions.not-found`, `executions.too-many-streams`
   */
  async open(id: string, caller: Caller, cursor: EventCursor, gone: AbortSignal): Promise<AsyncGenerator<string>> {
    const execution = await this.executions.getOwn(id, caller);
    if (!this.streams.hasRoomFor(caller.actor)) throw tooManyStreams(maxStreamsPerCaller);
    const stream = this.follow(execution, caller, { ...cursor }, AbortSignal.any([gone, this.stopping.signal]));
    return this.streams.counted(caller.actor, stream);
  }

  /** Streams end; their clients connect again, to another process or the next. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async *follow(
    first: ExecutionEntity,
    caller: Caller,
    cursor: EventCursor,
    over: AbortSignal,
  ): AsyncGenerator<string> {
    yield retryAfter(reconnectMs);
    let status = '';
    let spokeAt = performance.now();
    for (let execution = first; ; execution = await this.executions.refresh(execution, caller)) {
      const texts = this.newsOf(execution, cursor, status);
      status = this.statusOf(execution);
      if (performance.now() - spokeAt > heartbeatMs && texts.length === 0) texts.push(heartbeat);
      if (texts.length > 0) spokeAt = performance.now();
      yield* texts;
      if (hasEnded(execution.state)) {
        yield serverSentEvent('result', endId, this.executions.respond(execution));
        return;
      }
      await this.nextLook(first.id, over);
      if (over.aborted) return;
    }
  }

  /** The last output comes before the last status, so that who hears that the program has ended has all of it. */
  private newsOf(execution: ExecutionEntity, cursor: EventCursor, statusBefore: string): string[] {
    if (!hasEnded(execution.state)) {
      return [...this.statusNews(execution, cursor, statusBefore), ...this.outputNews(execution, cursor)];
    }
    return [...this.outputNews(execution, cursor), ...this.statusNews(execution, cursor, statusBefore)];
  }

  private statusOf(execution: ExecutionEntity): string {
    const { id, status, position } = this.executions.respond(execution);
    return JSON.stringify({ id, status, position });
  }

  private statusNews(execution: ExecutionEntity, cursor: EventCursor, before: string): string[] {
    const status = this.statusOf(execution);
    return status === before ? [] : [serverSentEvent('status', idOf(cursor), JSON.parse(status))];
  }

  /** Moves the cursor on. */
  private outputNews(execution: ExecutionEntity, cursor: EventCursor): string[] {
    return outputSince(this.outputOf(execution), cursor).map(({ stream, text }) => {
      cursor[stream] += text.length;
      return serverSentEvent('output', idOf(cursor), { stream, text });
    });
  }

  private outputOf({ id, isGraded, result }: ExecutionEntity): Output {
    if (isGraded) return { stdout: '', stderr: '' };
    if (result !== null) return { stdout: result.output, stderr: result.errors ?? '' };
    return this.runner.find(id)?.output ?? { stdout: '', stderr: '' };
  }

  /** Waits for something to happen in this process, or for the time to read the row again. */
  private async nextLook(id: string, over: AbortSignal): Promise<void> {
    const seen = new AbortController();
    const signal = AbortSignal.any([over, seen.signal]);
    const change = this.runner.find(id)?.changed(signal);
    await Promise.race([pause(pollMs, undefined, { signal }), ...(change ? [change] : [])]).catch(() => undefined);
    seen.abort();
  }
}
