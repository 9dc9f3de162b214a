import { Injectable } from '@nestjs/common';
import type { Caller } from '../../identity/index.js';
import { LaunchLinks } from './launch-links.js';
import { SessionResponse, type OwnedSessionResponse } from './session-responses.dto.js';
import { WaitingListRepository } from './waiting-list.repository.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** Sessions as callers see them. */
@Injectable()
export class SessionViews {
  constructor(
    private readonly links: LaunchLinks,
    private readonly waiting: WaitingListRepository,
  ) {}

  async of(caller: Caller, session: WorkshopSessionEntity): Promise<SessionResponse> {
    const [view] = await this.ofAll(caller, [session]);
    const { userId: _, ...rest } = view as OwnedSessionResponse;
    return rest;
  }

  /** Only its owner gets a link: whoever follows one becomes the learner. */
  async ofAll({ userId }: Caller, sessions: WorkshopSessionEntity[]): Promise<OwnedSessionResponse[]> {
    const waiting = sessions.filter(({ state }) => state === 'waiting').map(({ id }) => id);
    const positions = await this.waiting.positionsOf(waiting);
    const now = new Date();
    return sessions.map((session) => {
      const launchUrl = session.userId === userId ? this.links.of(session, now) : null;
      const position = positions.get(session.id);
      return { ...SessionResponse.of(session, { launchUrl, position, now }), userId: session.userId };
    });
  }
}
