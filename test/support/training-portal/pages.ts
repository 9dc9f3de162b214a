import type { PortalContext } from './context.js';
import type { PortalRequest, Reply, Route } from './http.js';
import { html, redirect, text } from './http.js';
import { randomText } from './random.js';
import { markRunning, terminateSession } from './sessions.js';
import type { SessionRecord } from './state.js';

/** What a browser sees: activation, the session's frame and its end, the catalog and the login page. */
export function pageRoutes(portal: PortalContext): Route[] {
  const route = {
    operation: 'page' as const,
    methods: ['GET'],
    isProtected: false,
    isCsrfExempt: false,
    isLocked: false,
  };
  const session = '/workshops/session/([-a-zA-Z0-9_]+)';
  return [
    {
      ...route,
      operation: 'activate',
      path: new RegExp(`^${session}/activate/$`),
      handle: (request) => activate(portal, request),
    },
    { ...route, path: new RegExp(`^${session}/$`), handle: (request) => showSession(portal, request) },
    { ...route, path: new RegExp(`^${session}/delete/$`), handle: (request) => deleteByUser(portal, request) },
    { ...route, path: /^\/$/, handle: () => redirect('/workshops/catalog/') },
    { ...route, path: /^\/workshops\/catalog\/$/, handle: (request) => showCatalog(portal, request) },
    { ...route, path: /^\/accounts\/login\/$/, handle: () => page(portal, '<form method="post">Username</form>') },
  ];
}

/**
 * Whoever holds the URL gets in, as often as they like, and the browser becomes the session's owner. Activation starts
 * the session's life anew, and (a defect that is kept) brings one back that is STOPPING.
 */
function activate(portal: PortalContext, request: PortalRequest): Reply {
  const token = request.query.get('token');
  if (!token) return text(400, 'No access token supplied');
  const stopped = stoppedSessionOf(portal, request);
  if (stopped) return redirect(withNotification(stopped.indexUrl, 'session-deleted'));
  const session = portal.state.liveSession(request.name);
  if (!session) return text(400, 'Invalid session name supplied');
  if (session.token !== token || session.owner === null) return text(400, 'Invalid access token for session');
  if (session.state !== 'RUNNING') {
    portal.analytics.reportSession(session, 'Session/Started');
    markRunning(portal, session, session.owner);
  }
  const cookie = randomText(32);
  portal.state.logins.set(cookie, session.owner);
  return redirect(`/workshops/session/${session.name}/`, { 'set-cookie': `sessionid=${cookie}; HttpOnly; Path=/` });
}

function showSession(portal: PortalContext, request: PortalRequest): Reply {
  return withOwnSession(portal, request, (session) => page(portal, `<iframe src="${session.url ?? ''}"></iframe>`));
}

function deleteByUser(portal: PortalContext, request: PortalRequest): Reply {
  return withOwnSession(portal, request, (session) => {
    terminateSession(portal, session);
    const notification = request.query.get('notification') ?? 'session-deleted';
    return redirect(withNotification(session.indexUrl || '/workshops/catalog/', notification));
  });
}

function withOwnSession(portal: PortalContext, request: PortalRequest, show: (session: SessionRecord) => Reply): Reply {
  const username = loggedInAs(portal, request);
  if (username === undefined) return redirect(`/?next=${encodeURIComponent(request.path)}`);
  const stopped = stoppedSessionOf(portal, request);
  if (stopped) return redirect(withNotification(stopped.indexUrl, 'session-deleted'));
  const session = portal.state.liveSession(request.name);
  return session?.owner === username
    ? show(session)
    : redirect(withNotification('/workshops/catalog/', 'session-invalid'));
}

function showCatalog(portal: PortalContext, request: PortalRequest): Reply {
  const isPublic = portal.settings.catalogVisibility === 'public';
  const isKnown = loggedInAs(portal, request) !== undefined || request.caller.user !== null;
  if (!isPublic && !isKnown) return redirect(`/accounts/login/?next=${encodeURIComponent(request.path)}`);
  const titles = portal.state.environmentsIn('RUNNING').map(({ workshop }) => `<h5>${escape(workshop.title)}</h5>`);
  return page(portal, titles.join('\n'));
}

/** The frame of every page, the login page among them, holds title and logo. */
function page({ settings }: PortalContext, content: string): Reply {
  const logo = `<img id="logo" class="portal-logo navbar-brand" src="${escape(settings.logo)}">`;
  const title = escape(settings.title);
  return html(200, title, `<nav><a href="/">${logo}</a><div>${title}</div></nav>\n${content}`);
}

function loggedInAs(portal: PortalContext, request: PortalRequest): string | undefined {
  const cookie = /(?:^|;\s*)sessionid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  return cookie === undefined ? undefined : portal.state.logins.get(cookie);
}

/** The named session when it has ended, belongs to the browser's user and knows where to send them. */
function stoppedSessionOf(portal: PortalContext, request: PortalRequest): SessionRecord | undefined {
  const session = portal.state.sessions.get(request.name);
  const isOwn = session?.owner === loggedInAs(portal, request);
  return session?.state === 'STOPPED' && isOwn && session.indexUrl !== '' ? session : undefined;
}

/** Works for addresses with and without a host. */
function withNotification(url: string, notification: string): string {
  const base = 'http://portal.invalid';
  const target = new URL(url, base);
  target.searchParams.set('notification', notification);
  return target.href.replace(base, '');
}

function escape(value: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return value.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
