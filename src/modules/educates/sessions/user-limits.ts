import { Injectable } from '@nestjs/common';
import { SessionsRepository } from './sessions.repository.js';
import type { WorkshopOffer } from './workshop-offers.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** Portals count the sessions of a person, and refuse one too many in the same words as when they are full. */
@Injectable()
export class UserLimits {
  constructor(private readonly sessions: SessionsRepository) {}

  /**
   * The offers of portals that will have one more session of the person.
   *
   * @param own a session that is asked for again and does not count
   */
  async within(
    userId: string,
    offers: WorkshopOffer[],
    own: WorkshopSessionEntity | null = null,
  ): Promise<WorkshopOffer[]> {
    if (offers.every(({ maximumPerUser }) => maximumPerUser === null)) return offers;
    const counts = await this.sessions.countUnsettled(userId);
    return offers.filter(({ portal, maximumPerUser }) => {
      const others = (counts.get(portal) ?? 0) - (own?.portal === portal ? 1 : 0);
      return maximumPerUser === null || others < maximumPerUser;
    });
  }
}
