import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { educatesPath } from '../educates-path.js';
import { Tickets } from '../signatures/tickets.js';
import { liveStates } from './session-state.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** How long a link works, in seconds. */
const lifetimeSeconds = 300;

type Launchable = Pick<WorkshopSessionEntity, 'id' | 'launches' | 'state'>;

/**
 * Links by which a browser gets into a session. A browser that follows a link sends no access token, so the link carries a ticket: good
 * for one launch of one session, for some minutes. It is bound to the number of launches so far, so any launch ends all tickets.
 */
@Injectable()
export class LaunchLinks {
  constructor(
    private readonly tickets: Tickets,
    private readonly config: AppConfig,
  ) {}

  /** Null when there is nothing to launch. */
  of(session: Launchable, now: Date): string | null {
    if (!liveStates.includes(session.state) || session.state === 'waiting') return null;
    const ticket = this.tickets.issue('launch ticket', subjectOf(session), { now, lifetimeSeconds });
    return `${this.config.http.publicUrl}${educatesPath}/sessions/${session.id}/launch?ticket=${ticket}`;
  }

  isTicketFor(session: Launchable, ticket: string, now: Date): boolean {
    return this.tickets.isGood('launch ticket', subjectOf(session), ticket, now);
  }
}

const subjectOf = ({ id, launches }: Launchable): string => `${id}:${launches}`;
