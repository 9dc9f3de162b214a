import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { educatesPath } from '../educates-path.js';
import type { Portal } from '../portals/portal.js';
import { PortalUsers } from './portal-users.js';
import type { NewSession } from './sessions.repository.js';
import type { WorkshopOffer } from './workshop-offers.js';

export interface WorkshopWish {
  /** The name in the catalogue. */
  workshop: string;
  /** On this portal only; on any when left out. */
  portal?: string | undefined;
  parameters?: Record<string, string> | undefined;
  /** Where the browser goes when the session ends; our page that says why when left out. */
  indexUrl?: string | undefined;
  /** How long the session waits for its learner, in seconds. */
  timeoutSeconds?: number | undefined;
  /** How long its learner waits for a place when all are taken, in seconds; not at all when left out. */
  waitSeconds?: number | undefined;
}

/** Fills in what a wish leaves open. */
@Injectable()
export class SessionDrafts {
  constructor(
    private readonly users: PortalUsers,
    private readonly config: AppConfig,
  ) {}

  /** A session as it is written down before its portal is asked. */
  of(userId: string, wish: WorkshopWish, offer: WorkshopOffer): NewSession {
    return {
      ...this.shared(wish, offer),
      userId,
      portalUser: this.portalUserOf(userId),
      requestedAt: new Date(),
    };
  }

  /** What is the same for everybody with the same wish. */
  shared(wish: WorkshopWish, { title, portal, portalUid, environment }: WorkshopOffer): SharedDraft {
    const { http, educates } = this.config;
    return {
      workshop: wish.workshop,
      title,
      portal,
      portalUid,
      environment,
      parameters: wish.parameters ?? {},
      indexUrl: wish.indexUrl ?? `${http.publicUrl}${educatesPath}/return`,
      timeoutSeconds: wish.timeoutSeconds ?? educates.activationTimeoutSeconds,
    };
  }

  portalUserOf(userId: string): string {
    return this.users.of(userId);
  }
}

export type SharedDraft = Omit<NewSession, 'userId' | 'portalUser' | 'requestedAt'>;

/** What is written down of how long somebody would wait, and where for. */
export function waitOf(
  { waitSeconds = 0 }: WorkshopWish,
  portals: readonly Portal[],
  now: Date,
): { waitUntil: Date; waitPortals: string[] } | undefined {
  if (waitSeconds === 0) return undefined;
  return { waitUntil: new Date(now.getTime() + waitSeconds * 1000), waitPortals: portals.map(({ name }) => name) };
}
