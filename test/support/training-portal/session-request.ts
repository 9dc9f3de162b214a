import { randomUUID } from 'node:crypto';
import type { PortalContext } from './context.js';
import type { PortalRequest, Reply, Route } from './http.js';
import { json, parameter, Refusal, serverError, text } from './http.js';
import { randomText } from './random.js';
import type { Wish } from './sessions.js';
import { deployAll, retrieveSession } from './sessions.js';
import type { EnvironmentRecord, UserRecord } from './state.js';

/** `GET|POST /workshops/environment/<name>/request/`: everything in the query string, parameters in a JSON body. */
export function sessionRequestRoutes(portal: PortalContext): Route[] {
  return [
    {
      operation: 'request',
      path: /^\/workshops\/environment\/([-a-zA-Z0-9_]+)\/request\/$/,
      methods: ['GET', 'POST'],
      isProtected: true,
      isCsrfExempt: true,
      isLocked: true,
      handle: (request) => requestSession(portal, request),
    },
  ];
}

async function requestSession(portal: PortalContext, request: PortalRequest): Promise<Reply> {
  const { wish, retrieval } = portal.state.transaction(() => {
    const made = makeWish(portal, request);
    const found = retrieveSession(portal, made);
    // The last write fails; webhooks of the earlier steps are on their way already.
    if (request.fault?.kind === 'database-locked') throw new Refusal(serverError());
    return { wish: made, retrieval: found };
  });
  if (retrieval.toDeploy.length > 0 && request.fault?.kind === 'kubernetes-error') return serverError();
  await deployAll(portal, retrieval.toDeploy);

  const { session } = retrieval;
  if (!session) return json(503, { error: 'No session available' });
  if (!session.token) return json(503, { error: 'Cannot be reacquired' });
  const query = new URLSearchParams({ token: session.token, index_url: wish.indexUrl });
  return json(200, {
    name: session.name,
    session: session.name,
    user: wish.user.username,
    url: `/workshops/session/${session.name}/activate/?${query.toString()}`,
    namespace: session.name,
    workshop: wish.environment.workshop.name,
    environment: wish.environment.name,
  });
}

/** Checks in the order of the portal: who, where, then each parameter; the user record is made last. */
function makeWish(portal: PortalContext, request: PortalRequest): Wish {
  const { query } = request;
  if (request.caller.user?.group !== 'robots') throw new Refusal(text(403, 'Session requests not permitted'));
  const environment = portal.state.environments.get(request.name);
  if (!environment) throw new Refusal(text(403, 'Environment does not exist'));
  const indexUrl = parameter(query, 'index_url') || parameter(query, 'redirect_url');
  if (!indexUrl) throw new Refusal(text(400, 'Need redirect URL for workshop index'));
  const email = parameter(query, 'email');
  if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new Refusal(text(400, 'Invalid email address provided'));
  }
  const timeoutSeconds = pythonInteger(query.has('timeout') ? parameter(query, 'timeout') : '60');
  const given = parseParameters(request.body);
  const user = findOrCreateUser(portal, parameter(query, 'user') || randomUUID(), {
    email,
    firstName: parameter(query, 'first_name') || parameter(query, 'firstname'),
    lastName: parameter(query, 'last_name') || parameter(query, 'lastname'),
  });
  // Without a workshop record the portal cannot make a session.
  if (!environment.hasRun) throw new Refusal(serverError());
  return {
    environment,
    user,
    token: randomText(32),
    timeoutSeconds,
    indexUrl,
    analyticsUrl: parameter(query, 'analytics_url'),
    parameters: resolveParameters(environment, given),
    sessionName: query.getAll('session').at(-1) ?? '',
  };
}

/** As Python's `int`; what it cannot read, or add to a date, is a 500. */
function pythonInteger(value: string): number {
  const latestSeconds = 8.64e12;
  const number = /^[+-]?\d+(_\d+)*$/.test(value) ? Number(value.replaceAll('_', '')) : Number.NaN;
  if (Number.isNaN(number) || Math.abs(number) > latestSeconds) throw new Refusal(serverError());
  return number;
}

function parseParameters(body: Buffer): Map<string, string> {
  if (body.length === 0) return new Map();
  const malformed = new Refusal(text(400, 'Malformed JSON request payload'));
  const payload = parseJson(body);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw malformed;
  const list: unknown = 'parameters' in payload ? payload.parameters : [];
  if (!Array.isArray(list)) throw malformed;
  return new Map(
    list.map((item: unknown) => {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) throw new Refusal(serverError());
      const { name, value = '' } = item as { name?: unknown; value?: unknown };
      if (typeof name !== 'string' || name === '' || typeof value !== 'string') throw malformed;
      return [name, value];
    }),
  );
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(text(400, 'Invalid JSON request payload'));
  }
}

function resolveParameters(environment: EnvironmentRecord, given: Map<string, string>): Record<string, string> {
  const defaults = Object.entries(environment.workshop.parameters);
  return Object.fromEntries(defaults.map(([name, value]) => [name, given.get(name) ?? value]));
}

/** Details are kept only when the record is made; later ones are ignored. */
function findOrCreateUser(
  portal: PortalContext,
  username: string,
  details: Pick<UserRecord, 'email' | 'firstName' | 'lastName'>,
): UserRecord {
  const existing = portal.state.users.get(username);
  if (existing?.isStaff || existing?.group === 'robots') {
    throw new Refusal(text(400, 'Session requests not permitted for user'));
  }
  if (existing) return existing;
  const user = portal.state.insert(portal.state.users, username, {
    username,
    password: null,
    group: 'anonymous' as const,
    isStaff: false,
    joinedAt: portal.clock.now(),
    ...details,
  });
  portal.analytics.reportUser(user, 'User/Create');
  return user;
}
