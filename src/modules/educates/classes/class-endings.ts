import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { SessionEnder } from '../sessions/session-ender.js';
import { SessionRecorder } from '../sessions/session-recorder.js';
import type { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';
import { ClassStartsRepository } from './class-starts.repository.js';

const tickMs = 1000;
/** A round is short enough to be waited for when the process ends. */
const maxInRound = 20;

/** Ends the sessions of classes that are over. A session is `stopping` first, so that what a crash cuts off is seen to by the next check. */
@Injectable()
export class ClassEndings implements OnModuleDestroy {
  private readonly logger = new Logger(ClassEndings.name);
  private isUnderWay = false;
  private isStopping = false;

  constructor(
    private readonly starts: ClassStartsRepository,
    private readonly recorder: SessionRecorder,
    private readonly ender: SessionEnder,
  ) {}

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  @Interval(tickMs)
  async sweep(): Promise<void> {
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    try {
      let sessions: WorkshopSessionEntity[];
      do {
        if (this.isStopping) return;
        sessions = await this.starts.listToEnd(maxInRound);
        await Promise.all(sessions.map((session) => this.end(session)));
      } while (sessions.length === maxInRound);
    } catch (error) {
      if (!this.isStopping) this.logger.error(error);
    } finally {
      this.isUnderWay = false;
    }
  }

  private async end(session: WorkshopSessionEntity): Promise<void> {
    const ended = await this.recorder.record(session, { kind: 'ending', reason: 'terminated' });
    if (ended.state === 'stopping') await this.ender.end(ended);
  }
}
