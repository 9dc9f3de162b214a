import type { PortalContext } from './context.js';
import { replaceEnvironment } from './environments.js';
import { addSeconds } from './session-times.js';
import { createSession, cullReserve, deleteSession, deployAll } from './sessions.js';
import { isActive, isAllocated, isAvailable } from './state.js';

const loopSeconds = 15;
const retentionSeconds = 36 * 3600;

/** Starts the background loops: every 15 s the reconciliation, every hour the removal of old refresh tokens. */
export function startReconciler(portal: PortalContext): void {
  portal.clock.every(loopSeconds, async () => {
    await portal.lock.run(() => reconcile(portal));
    await portal.analytics.afterResponse();
  });
  portal.clock.every(3600, () => portal.tokens.clearExpired(portal.clock.now()));
}

async function reconcile(portal: PortalContext): Promise<void> {
  await refreshEnvironments(portal);
  deleteEnvironments(portal);
  cullExcessReserve(portal);
  await fillReserve(portal);
  await purgeExpiredSessions(portal);
  removeOldRecords(portal);
}

async function refreshEnvironments(portal: PortalContext): Promise<void> {
  const now = portal.clock.now();
  for (const environment of portal.state.environmentsIn('RUNNING')) {
    const { refreshSeconds } = environment.workshop;
    const isDue = refreshSeconds > 0 && addSeconds(environment.createdAt, refreshSeconds) < now;
    if (isDue) await replaceEnvironment(portal, environment);
  }
}

function deleteEnvironments({ state, analytics }: PortalContext): void {
  for (const environment of state.environmentsIn('STOPPING')) {
    if (state.sessionsOf(environment).some(isActive)) continue;
    state.update(environment, { state: 'STOPPED' });
    analytics.reportEnvironment(environment, 'Environment/Deleted');
  }
}

/** After an overshoot of the portal's maximum, reserve sessions go, the oldest first. */
function cullExcessReserve(portal: PortalContext): void {
  const { maximumSessions } = portal.settings;
  const sessions = portal.state.allSessions();
  const excess = maximumSessions > 0 ? sessions.filter(isActive).length - maximumSessions : 0;
  for (const session of sessions.filter(isAvailable).slice(0, Math.max(0, excess))) cullReserve(portal, session);
}

async function fillReserve(portal: PortalContext): Promise<void> {
  const { state, settings } = portal;
  for (const environment of state.environmentsIn('RUNNING')) {
    const sessions = state.sessionsOf(environment);
    // Without an initial reserve there is none before the first request.
    if (environment.workshop.initial === 0 && sessions.length === 0) continue;
    const portalRoom =
      settings.maximumSessions > 0
        ? settings.maximumSessions - state.allSessions().filter(isActive).length
        : Number.POSITIVE_INFINITY;
    const length = Math.max(
      0,
      Math.min(
        environment.reserved - sessions.filter(isAvailable).length,
        environment.capacity - sessions.filter(isActive).length,
        portalRoom,
      ),
    );
    await deployAll(
      portal,
      Array.from({ length }, () => createSession(portal, environment)),
    );
  }
}

/** A session whose time is over, or whose activation window has passed, ends here: up to 15 s late. */
async function purgeExpiredSessions(portal: PortalContext): Promise<void> {
  const now = portal.clock.now();
  for (const session of portal.state.allSessions()) {
    const isExpired = session.expiresAt !== null && session.expiresAt <= now;
    if (!isExpired || !(isAllocated(session) || session.state === 'STOPPING')) continue;
    portal.analytics.reportSession(session, 'Session/Expired');
    await deleteSession(portal, session);
  }
}

/** Stopped sessions, and users who came through the REST API and have none left, are forgotten after 36 h. */
function removeOldRecords({ state, clock, analytics }: PortalContext): void {
  const cutoff = addSeconds(clock.now(), -retentionSeconds);
  for (const session of state.allSessions()) {
    const isOld = session.state === 'STOPPED' && session.expiresAt !== null && session.expiresAt <= cutoff;
    if (isOld) state.sessions.delete(session.name);
  }
  const owners = new Set(state.allSessions().map((session) => session.owner));
  for (const user of state.users.values()) {
    if (user.group !== 'anonymous' || user.joinedAt > cutoff || owners.has(user.username)) continue;
    analytics.reportUser(user, 'User/Delete');
    state.users.delete(user.username);
  }
}
