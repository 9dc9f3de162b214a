import type { PortalContext } from './context.js';
import { pause } from './http.js';
import { randomText } from './random.js';
import { addSeconds } from './session-times.js';
import type { EnvironmentRecord, SessionRecord, UserRecord } from './state.js';
import { isActive, isAllocated, isAvailable, isPending } from './state.js';

/** What a request for a session asks for. Without a token it came from the portal's own pages. */
export interface Wish {
  environment: EnvironmentRecord;
  user: UserRecord;
  token: string | null;
  timeoutSeconds: number;
  indexUrl: string;
  analyticsUrl: string;
  parameters: Record<string, string>;
  /** Only this session will do, and none is made. */
  sessionName: string;
}

/** The session that was found or made, and what must now be created in Kubernetes. */
export interface Retrieval {
  session: SessionRecord | null;
  toDeploy: SessionRecord[];
}

/**
 * The user's session in the environment: the one there is, or one from the reserve, or a new one. None when the
 * environment, the portal or the user is at a limit; the caller cannot tell which.
 */
export function retrieveSession(portal: PortalContext, wish: Wish): Retrieval {
  const { state } = portal;
  const existing = state
    .sessionsOf(wish.environment)
    .find(({ owner, state: its }) => owner === wish.user.username && its !== 'STOPPING' && its !== 'STOPPED');
  if (existing) {
    if (wish.token && isPending(existing)) markPending(portal, existing, wish);
    const isOther = wish.sessionName !== '' && existing.name !== wish.sessionName;
    return { session: isOther ? null : existing, toDeploy: [] };
  }
  if (wish.sessionName !== '' || !state.isSessionPermitted(wish.user)) return { session: null, toDeploy: [] };
  return takeFromReserve(portal, wish) ?? createOnDemand(portal, wish);
}

function takeFromReserve(portal: PortalContext, wish: Wish): Retrieval | null {
  const session = portal.state.sessionsOf(wish.environment).find(isAvailable);
  if (!session) return null;
  const { indexUrl, analyticsUrl, parameters } = wish;
  portal.state.update(session, { indexUrl, analyticsUrl, parameters });
  // Reported before the owner is set: the event says `user: null`.
  portal.analytics.reportSession(session, wish.token ? 'Session/Pending' : 'Session/Started');
  if (wish.token) markPending(portal, session, wish);
  else markRunning(portal, session, wish.user.username);
  return { session, toDeploy: replaceReserved(portal, wish.environment) };
}

function createOnDemand(portal: PortalContext, wish: Wish): Retrieval {
  const { state, settings, analytics } = portal;
  const nothing = { session: null, toDeploy: [] };
  if (state.sessionsOf(wish.environment).filter(isActive).length >= wish.environment.capacity) return nothing;
  if (settings.maximumSessions > 0) {
    if (state.allSessions().filter(isAllocated).length >= settings.maximumSessions) return nothing;
    if (state.allSessions().filter(isActive).length >= settings.maximumSessions) cullOldestReserve(portal);
  }
  const session = createSession(portal, wish.environment);
  const { indexUrl, analyticsUrl, parameters } = wish;
  state.update(session, { indexUrl, analyticsUrl, parameters });
  markPending(portal, session, wish);
  analytics.reportSession(session, wish.token ? 'Session/Pending' : 'Session/Started');
  return { session, toDeploy: [session] };
}

/** Makes room for a session when reserve fills the portal. The purge deletes the culled one later: a brief overshoot. */
function cullOldestReserve(portal: PortalContext): void {
  const oldest = portal.state
    .allSessions()
    .filter((session) => session.owner === null && (session.state === 'STARTING' || session.state === 'WAITING'))
    .toSorted((left, right) => left.createdAt.getTime() - right.createdAt.getTime())[0];
  if (oldest) cullReserve(portal, oldest);
}

export function cullReserve(portal: PortalContext, session: SessionRecord): void {
  markStopping(portal, session);
  portal.analytics.reportSession(session, 'Session/Terminate');
}

export function createSession(portal: PortalContext, environment: EnvironmentRecord): SessionRecord {
  portal.state.update(environment, { tally: environment.tally + 1 });
  const id = `s${String(environment.tally).padStart(3, '0')}`;
  const name = `${environment.name}-${id}`;
  return portal.state.insert(portal.state.sessions, name, {
    id,
    name,
    environment,
    state: 'STARTING',
    owner: null,
    token: null,
    createdAt: portal.clock.now(),
    startedAt: null,
    expiresAt: null,
    url: null,
    password: null,
    indexUrl: '',
    analyticsUrl: '',
    parameters: {},
  });
}

/** A new reserve session when the environment lacks one and has room, as does the portal. */
function replaceReserved(portal: PortalContext, environment: EnvironmentRecord): SessionRecord[] {
  const { state, settings } = portal;
  const sessions = state.sessionsOf(environment);
  const isFull = sessions.filter(isActive).length >= environment.capacity;
  const isEnough = sessions.filter(isAvailable).length >= environment.reserved;
  const isPortalFull =
    settings.maximumSessions > 0 && state.allSessions().filter(isActive).length >= settings.maximumSessions;
  return isFull || isEnough || isPortalFull ? [] : [createSession(portal, environment)];
}

/** Creates sessions in Kubernetes, one after the other, while the caller holds the global lock. */
export async function deployAll(portal: PortalContext, sessions: SessionRecord[]): Promise<void> {
  for (const session of sessions) {
    await pause(portal.faults.latencyMs.create ?? 0);
    deploy(portal, session);
  }
}

function deploy(portal: PortalContext, session: SessionRecord): void {
  if (session.state !== 'STARTING') return;
  const { state, analytics } = portal;
  state.update(session, { url: `https://${session.name}.workshops.localhost`, password: randomText(32) });
  analytics.reportSession(session, 'Session/Created');
  // "Started" here does not mean activated; the activation reports it again.
  if (session.owner) analytics.reportSession(session, 'Session/Started');
  if (session.owner && !session.token) markRunning(portal, session, session.owner);
  else state.update(session, { state: 'WAITING' });
}

function markPending(portal: PortalContext, session: SessionRecord, wish: Wish): void {
  const now = portal.clock.now();
  const { expiresSeconds } = session.environment.workshop;
  // A timeout of 0 falls through to the workshop's life, and to no end at all when that is 0 too.
  const lifeSeconds = (wish.token && wish.timeoutSeconds) || expiresSeconds;
  portal.state.update(session, {
    owner: wish.user.username,
    startedAt: now,
    token: session.token ?? wish.token,
    ...(lifeSeconds !== 0 && { expiresAt: addSeconds(now, lifeSeconds) }),
  });
}

export function markRunning(portal: PortalContext, session: SessionRecord, owner: string): void {
  const now = portal.clock.now();
  const { expiresSeconds } = session.environment.workshop;
  const expiresAt = expiresSeconds > 0 ? addSeconds(now, expiresSeconds) : null;
  portal.state.update(session, { owner, state: 'RUNNING', startedAt: now, expiresAt });
}

function markStopping(portal: PortalContext, session: SessionRecord): void {
  portal.state.update(session, { state: 'STOPPING', expiresAt: portal.clock.now() });
}

/** Ends a session on somebody's wish. It is STOPPING, and counts, until it has been deleted. */
export function terminateSession(portal: PortalContext, session: SessionRecord): void {
  markStopping(portal, session);
  portal.analytics.reportSession(session, 'Session/Stopping');
  portal.clock.after(portal.settings.deletionSeconds, async () => {
    await portal.lock.run(() => deleteSession(portal, session));
    await portal.analytics.afterResponse();
  });
}

/** The end of a session. Without effect when it is gone already, or when the portal was redeployed meanwhile. */
export async function deleteSession(portal: PortalContext, session: SessionRecord): Promise<void> {
  const { state, analytics, clock } = portal;
  if (session.state === 'STOPPED' || state.sessions.get(session.name) !== session) return;
  state.update(session, { state: 'STOPPED', expiresAt: clock.now() });
  if (session.owner) analytics.reportSession(session, 'Session/Deleted');
  await deployAll(portal, replaceReserved(portal, session.environment));
}
