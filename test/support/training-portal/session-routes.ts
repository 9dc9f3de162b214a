import type { PortalContext } from './context.js';
import type { Operation } from './faults.js';
import type { PortalRequest, Reply, Route } from './http.js';
import { apiDate, json, notFound, Refusal, serverError, text } from './http.js';
import { countdown, extendedExpiry, isExpiring, isExtendable } from './session-times.js';
import { terminateSession } from './sessions.js';
import type { SessionRecord } from './state.js';
import { isAllocated } from './state.js';

type View = (portal: PortalContext, session: SessionRecord, request: PortalRequest) => Reply;

/** What can be asked of one session, and done to it. Terminate and extend are GETs; none takes the global lock. */
export function sessionRoutes(portal: PortalContext): Route[] {
  const route = (operation: Operation, view: View): Route => ({
    operation,
    path: new RegExp(`^/workshops/session/([-a-zA-Z0-9_]+)/${operation}/$`),
    methods: ['GET'],
    isProtected: true,
    isCsrfExempt: false,
    isLocked: false,
    handle: (request) => view(portal, findSession(portal, request), request),
  });
  return [
    route('schedule', schedule),
    route('extend', extend),
    route('terminate', terminate),
    route('config', config),
    route('authorize', authorize),
    { ...route('event', event), methods: ['POST'], isCsrfExempt: true },
  ];
}

function findSession(portal: PortalContext, request: PortalRequest): SessionRecord {
  const session = portal.state.liveSession(request.name);
  if (!session) throw new Refusal(notFound());
  return session;
}

function requireAccess(session: SessionRecord, { caller: { user } }: PortalRequest): void {
  if (user && (user.group === 'robots' || user.isStaff || user.username === session.owner)) return;
  throw new Refusal(text(403, 'Access to session not permitted'));
}

function requireInUse(session: SessionRecord): void {
  if (!isAllocated(session)) throw new Refusal(text(400, 'Session is not currently in use'));
}

function schedule(portal: PortalContext, session: SessionRecord, request: PortalRequest): Reply {
  requireAccess(session, request);
  return json(200, scheduleView(portal, session));
}

/** An extension that is not permitted is no error: 200 with `extended: false`. */
function extend(portal: PortalContext, session: SessionRecord, request: PortalRequest): Reply {
  requireInUse(session);
  requireAccess(session, request);
  const { expiresAt } = session;
  const isExtended = expiresAt !== null && isExtendable(session, portal.clock.now());
  if (isExtended) {
    portal.state.update(session, { expiresAt: extendedExpiry({ ...session, expiresAt }) });
    portal.analytics.reportSession(session, 'Session/Extended');
  }
  return json(200, { ...scheduleView(portal, session), extended: isExtended });
}

function terminate(portal: PortalContext, session: SessionRecord, request: PortalRequest): Reply {
  requireInUse(session);
  requireAccess(session, request);
  terminateSession(portal, session);
  return json(200, { started: apiDate(session.startedAt), expires: apiDate(session.expiresAt) });
}

/** Works on reserve sessions too. */
function config(_portal: PortalContext, session: SessionRecord, request: PortalRequest): Reply {
  requireAccess(session, request);
  return json(200, { url: session.url, password: session.password });
}

function authorize(_portal: PortalContext, session: SessionRecord, request: PortalRequest): Reply {
  requireInUse(session);
  requireAccess(session, request);
  const { user } = request.caller;
  return json(200, { owner: session.owner, user: user?.username, staff: user?.isStaff });
}

/** Sends an event of the caller's making to the webhooks, as the workshop's dashboard does. */
function event(portal: PortalContext, session: SessionRecord, request: PortalRequest): Reply {
  if (session.owner === null) return text(400, 'Session was never allocated');
  requireAccess(session, request);
  const noData = text(400, 'No event data provided');
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') return noData;
  const message = parseEvent(request.body);
  if (!message.name) return noData;
  portal.analytics.reportSession(session, message.name, message.data);
  return json(200, {});
}

function parseEvent(body: Buffer): { name?: string; data?: Record<string, unknown> } {
  try {
    const message = JSON.parse(body.toString('utf8')) as { event?: { name?: string; data?: Record<string, unknown> } };
    return message.event ?? {};
  } catch {
    throw new Refusal(serverError());
  }
}

function scheduleView(portal: PortalContext, session: SessionRecord): Record<string, unknown> {
  const now = portal.clock.now();
  const remaining = countdown(session, now);
  return {
    status: session.state,
    started: apiDate(session.startedAt),
    expires: apiDate(session.expiresAt),
    expiring: isExpiring(session, now),
    ...(remaining !== null && { countdown: remaining, extendable: isExtendable(session, now) }),
  };
}
