import {
  workshopCatalog,
  type EnvironmentCatalogBody,
  type ExtensionBody,
  type SessionAnswerBody,
  type WorkshopCatalogBody,
} from './training-portal.responses.js';
import {
  portalSessionStates,
  type ListedSession,
  type OfferedWorkshop,
  type PortalCatalog,
  type PortalSession,
  type PortalSessionState,
  type SessionExtension,
  type SessionListing,
} from './training-portal.model.js';

/** The portal says 0 where it means that there is no limit. */
const limitOf = (value: number | undefined): number | null => (value === undefined || value === 0 ? null : value);

const dateOf = (text: string | null | undefined): Date | null =>
  text === null || text === undefined ? null : new Date(text);

export function toPortalCatalog({ portal, workshops }: WorkshopCatalogBody): PortalCatalog {
  return {
    portalUid: portal.uid,
    maximum: limitOf(portal.sessions.maximum),
    allocated: portal.sessions.allocated,
    maximumPerUser: limitOf(portal.sessions.anonymous),
    workshops: workshops.map(toOfferedWorkshop),
  };
}

function toOfferedWorkshop(workshop: WorkshopCatalogBody['workshops'][number]): OfferedWorkshop {
  const { environment } = workshop;
  return {
    about: {
      name: workshop.name,
      title: workshop.title ?? workshop.name,
      description: workshop.description ?? '',
      vendor: workshop.vendor ?? '',
      authors: workshop.authors ?? [],
      difficulty: workshop.difficulty ?? '',
      duration: workshop.duration ?? '',
      tags: workshop.tags ?? [],
      labels: workshop.labels ?? {},
      logo: workshop.logo ?? '',
      url: workshop.url ?? '',
    },
    environment: environment.name,
    capacity: environment.capacity,
    allocated: environment.allocated,
    ready: environment.available ?? 0,
    sessionSeconds: limitOf(environment.duration),
    extra: extraOf(workshop),
  };
}

const known = new Set(Object.keys(workshopCatalog.shape.workshops.element.shape));

/** Members that newer portals send and that are not known here. */
const extraOf = (workshop: WorkshopCatalogBody['workshops'][number]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(workshop).filter(([member]) => !known.has(member)));

/**
 * Whether a listing tells of all sessions. A portal with a public catalogue answers a bad token with 200 and leaves the sessions
 * out, and the environments that are ending too: nothing may be concluded from what is missing there.
 */
export function isWholeListing({ portal, environments }: EnvironmentCatalogBody): boolean {
  if (environments.length === 0) return portal.sessions.allocated === 0;
  return environments.every(({ sessions }) => sessions !== undefined);
}

export function toSessionListing({ portal, environments }: EnvironmentCatalogBody): SessionListing {
  const sessions = environments.flatMap((environment) =>
    (environment.sessions ?? []).flatMap((session): ListedSession[] => {
      const state = session.state.toLowerCase();
      if (!session.user || !isLive(state)) return [];
      return [
        {
          name: session.name,
          environment: environment.name,
          state,
          user: session.user,
          startedAt: dateOf(session.started),
          expiresAt: dateOf(session.expires),
        },
      ];
    }),
  );
  return { portalUid: portal.uid, sessions };
}

/** @param portalUrl without a slash at the end */
export function toPortalSession(body: SessionAnswerBody, portalUrl: string): PortalSession {
  const { name, environment, url } = body;
  return { name, environment, activationUrl: portalUrl + url, body };
}

export function toSessionExtension(body: ExtensionBody): SessionExtension {
  return {
    isExtended: body.extended,
    isRunning: body.status.toLowerCase() === 'running',
    startedAt: dateOf(body.started),
    expiresAt: dateOf(body.expires),
    isExtendable: body.extendable === true,
  };
}

const isLive = (state: string): state is PortalSessionState =>
  (portalSessionStates as readonly string[]).includes(state);
