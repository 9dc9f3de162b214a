import type { PortalContext } from './context.js';
import type { PortalRequest, Reply, Route } from './http.js';
import { apiDate, json, parameter, Refusal, serverError, text } from './http.js';
import { countdown, isExtendable } from './session-times.js';
import type { EnvironmentRecord, EnvironmentState, SessionRecord } from './state.js';
import { isAllocated, isAvailable } from './state.js';

/** What there is and how full it is. None of these but `status` takes the global lock. */
export function catalogRoutes(portal: PortalContext): Route[] {
  const isPrivate = portal.settings.catalogVisibility === 'private';
  const route = { methods: ['GET'], isProtected: isPrivate, isCsrfExempt: false, isLocked: false };
  return [
    {
      ...route,
      operation: 'catalog-environments',
      path: /^\/workshops\/catalog\/environments\/$/,
      handle: (request) => listEnvironments(portal, request),
    },
    {
      ...route,
      operation: 'catalog-workshops',
      path: /^\/workshops\/catalog\/workshops\/$/,
      handle: () => listWorkshops(portal),
    },
    {
      ...route,
      operation: 'status',
      path: /^\/workshops\/environment\/([-a-zA-Z0-9_]+)\/status\/$/,
      isProtected: true,
      isCsrfExempt: true,
      isLocked: true,
      handle: (request) => environmentStatus(portal, request),
    },
    {
      ...route,
      operation: 'user-sessions',
      path: /^\/workshops\/user\/([-a-zA-Z0-9_]+)\/sessions\/$/,
      isProtected: true,
      handle: (request) => listUserSessions(portal, request),
    },
  ];
}

function listEnvironments(portal: PortalContext, request: PortalRequest): Reply {
  const isRobot = request.caller.user?.group === 'robots';
  const states = isRobot ? wantedStates(request.query) : [];
  const names = request.query.getAll('name');
  const labels = wantedLabels(request.rawQuery);
  const candidates = portal.state.environmentsIn(...(states.length > 0 ? states : (['RUNNING'] as const)));
  requireWorkshops(candidates);
  const environments = candidates
    // The filter compares the resource name, the answer shows the alias.
    .filter(({ workshop }) => names.length === 0 || names.includes(workshop.name))
    .filter((environment) => {
      const own = mergedLabels(portal, environment);
      return [...labels].every(([key, value]) => own[key] === value);
    })
    .map((environment) => ({
      name: environment.name,
      state: environment.state,
      workshop: workshopView(portal, environment, true),
      ...usageView(portal, environment),
      ...(isRobot && wantsSessions(request) && { sessions: sessionViews(portal, environment) }),
    }));
  return json(200, { portal: portalView(portal), environments });
}

function listWorkshops(portal: PortalContext): Reply {
  const workshops = portal.state
    .environmentsIn('RUNNING')
    .toSorted((left, right) => left.position - right.position)
    .map((environment) => ({
      ...workshopView(portal, environment, true),
      environment: { name: environment.name, state: environment.state, ...usageView(portal, environment) },
    }));
  return json(200, { portal: portalView(portal), workshops });
}

function environmentStatus(portal: PortalContext, request: PortalRequest): Reply {
  if (request.caller.user?.group !== 'robots') return text(403, 'Status requests not permitted');
  const environment = portal.state.environments.get(request.name);
  if (!environment) return text(403, 'Environment does not exist');
  requireWorkshops([environment]);
  return json(200, {
    name: environment.name,
    state: environment.state,
    workshop: workshopView(portal, environment, false),
    ...(wantsSessions(request) && { sessions: sessionViews(portal, environment) }),
    ...usageView(portal, environment),
  });
}

/** Sessions that are STOPPING are left out; a user who is not known has none. */
function listUserSessions(portal: PortalContext, request: PortalRequest): Reply {
  if (request.caller.user?.group !== 'robots') return text(403, 'Session requests not permitted');
  const sessions = portal.state
    .allSessions()
    .filter((session) => session.owner === request.name && isAllocated(session) && session.state !== 'STOPPING')
    .map((session) => ({
      name: session.name,
      namespace: session.name,
      workshop: session.environment.workshop.name,
      environment: session.environment.name,
      started: apiDate(session.startedAt),
      ...expiryView(session, portal.clock.now()),
    }));
  return json(200, { user: request.name, sessions });
}

/** The portal trips over an environment that never ran: it has no workshop record yet. */
function requireWorkshops(environments: EnvironmentRecord[]): void {
  if (environments.some((environment) => !environment.hasRun)) throw new Refusal(serverError());
}

function wantsSessions(request: PortalRequest): boolean {
  return ['true', '1'].includes(parameter(request.query, 'sessions').toLowerCase());
}

function wantedStates(query: URLSearchParams): EnvironmentState[] {
  const states: EnvironmentState[] = ['STARTING', 'RUNNING', 'STOPPING', 'STOPPED'];
  const wanted = query.getAll('state').map((state) => state.toUpperCase());
  return states.filter((state) => wanted.includes(state));
}

/**
 * `labels[key]=value` pairs, read from the raw query: a key with anything but word characters is ignored, `+` is no
 * space, and a second `=` is more than the portal can take apart.
 */
function wantedLabels(rawQuery: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const pair of rawQuery.split('&')) {
    const [key = '', value = '', ...rest] = pair.split('=');
    if (rest.length > 0) throw new Refusal(serverError());
    const label = /^labels\[([\p{L}\p{N}_]+)\]$/u.exec(unquote(key))?.[1];
    if (label !== undefined) labels.set(label, unquote(value));
  }
  return labels;
}

function unquote(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function mergedLabels(portal: PortalContext, { workshop }: EnvironmentRecord): Record<string, string> {
  return { ...portal.settings.defaultLabels, ...workshop.labels, ...workshop.environmentLabels };
}

function portalView({ settings, state, url }: PortalContext): Record<string, unknown> {
  return {
    name: settings.name,
    labels: settings.labels,
    uid: state.uid,
    generation: state.generation,
    url: url(),
    sessions: {
      maximum: settings.maximumSessions,
      registered: settings.registeredSessions,
      anonymous: settings.anonymousSessions,
      allocated: state.allSessions().filter(isAllocated).length,
    },
  };
}

/** The catalog's form shows the alias, and the resource name beside it; the status form shows the resource name. */
function workshopView(
  portal: PortalContext,
  environment: EnvironmentRecord,
  isForCatalog: boolean,
): Record<string, unknown> {
  const { workshop } = environment;
  return {
    ...(isForCatalog ? { name: workshop.alias, resource: workshop.name } : { name: workshop.name }),
    title: workshop.title,
    description: workshop.description,
    vendor: workshop.vendor,
    authors: workshop.authors,
    difficulty: workshop.difficulty,
    duration: workshop.duration,
    tags: workshop.tags,
    labels: mergedLabels(portal, environment),
    logo: workshop.logo,
    url: workshop.url,
    ...workshop.extra,
  };
}

function usageView(portal: PortalContext, environment: EnvironmentRecord): Record<string, number> {
  const sessions = portal.state.sessionsOf(environment);
  return {
    duration: environment.workshop.expiresSeconds,
    capacity: environment.capacity,
    reserved: environment.reserved,
    allocated: sessions.filter(isAllocated).length,
    available: sessions.filter(isAvailable).length,
  };
}

function sessionViews(portal: PortalContext, environment: EnvironmentRecord): unknown[] {
  const allocated = portal.state.sessionsOf(environment).filter(isAllocated);
  return allocated.map((session) => ({
    name: session.name,
    state: session.state,
    namespace: session.name,
    user: session.owner,
    started: apiDate(session.startedAt),
    ...expiryView(session, portal.clock.now()),
  }));
}

/** Nothing at all for a session that never expires. */
function expiryView(session: SessionRecord, now: Date): Record<string, unknown> {
  if (!session.expiresAt) return {};
  return {
    expires: apiDate(session.expiresAt),
    countdown: countdown(session, now),
    extendable: isExtendable(session, now),
  };
}
