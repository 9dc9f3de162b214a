import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { PortalUsers } from './portal-users.js';
import type { NewSession } from './sessions.repository.js';
import type { WorkshopOffer } from './workshop-offers.js';

export interface WorkshopWish {
  /** The name in the catalogue. */
  workshop: string;
  /** On this portal only; on any when left out. */
  portal?: string | undefined;
  parameters?: Record<string, string> | undefined;
  /** Where the browser goes when the session ends; the front end when left out. */
  indexUrl?: string | undefined;
  /** How long the session waits for its learner, in seconds. */
  timeoutSeconds?: number | undefined;
}

/** Fills in what a wish leaves open. */
@Injectable()
export class SessionDrafts {
  constructor(
    private readonly users: PortalUsers,
    private readonly config: AppConfig,
  ) {}

  /** A session as it is written down before its portal is asked. */
  of(userId: string, wish: WorkshopWish, { title, portal, portalUid, environment }: WorkshopOffer): NewSession {
    const { http, educates } = this.config;
    return {
      userId,
      workshop: wish.workshop,
      title,
      portal,
      portalUid,
      environment,
      portalUser: this.users.of(userId),
      parameters: wish.parameters ?? {},
      indexUrl: wish.indexUrl ?? http.frontendUrl ?? http.publicUrl,
      timeoutSeconds: wish.timeoutSeconds ?? educates.activationTimeoutSeconds,
      requestedAt: new Date(),
    };
  }
}
