import type { PortalContext } from './context.js';
import type { Workshop } from './options.js';
import { createSession, cullReserve, deployAll } from './sessions.js';
import type { EnvironmentRecord } from './state.js';
import { isActive, isAvailable } from './state.js';

/** A new environment. It is STARTING, and a request for it a 500, for the workshop's `startupSeconds`. */
export async function createEnvironment(portal: PortalContext, workshop: Workshop, position: number): Promise<void> {
  const { state, settings, clock, analytics } = portal;
  state.environmentCount += 1;
  const name = `${settings.name}-w${String(state.environmentCount).padStart(2, '0')}`;
  const environment = state.insert(state.environments, name, {
    name,
    position,
    state: 'STARTING',
    workshop,
    hasRun: false,
    capacity: workshop.capacity,
    reserved: workshop.reserved,
    tally: 0,
    createdAt: clock.now(),
  });
  analytics.reportEnvironment(environment, 'Environment/Created');
  if (workshop.startupSeconds === 0) await activateEnvironment(portal, environment);
  else {
    clock.after(workshop.startupSeconds, async () => {
      await portal.lock.run(() => activateEnvironment(portal, environment));
      await analytics.afterResponse();
    });
  }
}

async function activateEnvironment(portal: PortalContext, environment: EnvironmentRecord): Promise<void> {
  const { state, settings } = portal;
  if (environment.state !== 'STARTING' || state.environments.get(environment.name) !== environment) return;
  state.update(environment, { state: 'RUNNING', hasRun: true });
  const room =
    settings.maximumSessions > 0
      ? settings.maximumSessions - state.allSessions().filter(isActive).length
      : environment.workshop.initial;
  const length = Math.max(0, Math.min(environment.workshop.initial, room));
  await deployAll(
    portal,
    Array.from({ length }, () => createSession(portal, environment)),
  );
}

/**
 * What a refresh or a change of the workshop does: the old environment takes no new sessions but keeps those that have
 * an owner, and a new one with the next number takes its place.
 */
export async function replaceEnvironment(portal: PortalContext, environment: EnvironmentRecord): Promise<void> {
  const { state, analytics } = portal;
  state.update(environment, { state: 'STOPPING', capacity: 0, reserved: 0 });
  analytics.reportEnvironment(environment, 'Environment/Terminate');
  for (const session of state.sessionsOf(environment).filter(isAvailable)) cullReserve(portal, session);
  await createEnvironment(portal, environment.workshop, environment.position);
}
