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
    return view as SessionResponse;
  }

  /** Only its owner gets a link: whoever follows one becomes the learner. */
  async ofAll({ userId }: Caller, sessions: WorkshopSessionEntity[]): Promise<SessionResponse[]> {
    const waiting = sessions.filter(({ state }) => state === 'waiting').map(({ id }) => id);
    const positions = await this.waiting.positionsOf(waiting);
    const now = new Date();
    return sessions.map((session) => {
      const launchUrl = session.userId === userId ? this.links.of(session, now) : null;
      return SessionResponse.of(session, { launchUrl, position: positions.get(session.id), now });
    });
  }

  /** With whose they are, for those who see more than their own. */
  async withOwners(caller: Caller, sessions: WorkshopSessionEntity[]): Promise<OwnedSessionResponse[]> {
    const views = await this.ofAll(caller, sessions);
    return views.map((view, index) => ({ ...view, userId: sessions[index]?.userId ?? '' }));
  }
}
