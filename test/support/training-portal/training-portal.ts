import { randomUUID } from 'node:crypto';
import type { WebhookDelivery } from './analytics.js';
import { Analytics } from './analytics.js';
import { catalogRoutes } from './catalog.js';
import type { PortalContext } from './context.js';
import { createEnvironment, replaceEnvironment } from './environments.js';
import type { Fault, Operation } from './faults.js';
import { Faults } from './faults.js';
import { Gate } from './gate.js';
import { oauthRoutes } from './oauth.js';
import type { RobotCredentials, TrainingPortalOptions } from './options.js';
import { resolveSettings } from './options.js';
import { pageRoutes } from './pages.js';
import { PortalClock } from './portal-clock.js';
import type { RecordedRequest } from './portal-server.js';
import { PortalServer } from './portal-server.js';
import { startReconciler } from './reconciler.js';
import { sessionRequestRoutes } from './session-request.js';
import { sessionRoutes } from './session-routes.js';
import { deleteSession, deployAll, retrieveSession } from './sessions.js';
import type { EnvironmentRecord, SessionRecord, UserRecord } from './state.js';
import { PortalState } from './state.js';
import { TokenStore } from './token-store.js';

/**
 * Starts a stand-in for the training portal of Educates 3.7: a real HTTP server on 127.0.0.1 with the REST API, the
 * defects and the webhooks of the original, its state in memory, its time and its faults under the caller's control.
 */
export async function startTrainingPortal(options: TrainingPortalOptions): Promise<TrainingPortal> {
  const portal = new TrainingPortal(options);
  await portal.start();
  return portal;
}

export class TrainingPortal {
  /** What goes wrong and how slow it is; may be changed while the portal runs. */
  readonly faults: Faults;
  private readonly portal: PortalContext;
  private readonly server: PortalServer;

  constructor(options: TrainingPortalOptions) {
    const settings = resolveSettings(options);
    const state = new PortalState(settings);
    const clock = new PortalClock(settings.clock);
    const url = (): string => this.url;
    this.faults = new Faults(settings.faults);
    const analytics = new Analytics(settings, state, clock, this.faults, url);
    this.portal = {
      settings,
      state,
      clock,
      faults: this.faults,
      analytics,
      tokens: new TokenStore(),
      lock: new Gate(1),
      url,
    };
    this.server = new PortalServer(this.portal, [
      ...oauthRoutes(this.portal),
      ...catalogRoutes(this.portal),
      ...sessionRequestRoutes(this.portal),
      ...sessionRoutes(this.portal),
      ...pageRoutes(this.portal),
    ]);
  }

  /** Without a slash at the end. */
  get url(): string {
    return this.server.url;
  }

  get name(): string {
    return this.portal.settings.name;
  }

  get uid(): string {
    return this.portal.state.uid;
  }

  get credentials(): RobotCredentials {
    return this.portal.settings.credentials;
  }

  /** Every call that arrived, in order. */
  get requests(): readonly RecordedRequest[] {
    return this.server.requests;
  }

  /** The most calls that were under way at once. */
  get peakConcurrency(): number {
    return this.server.peakConcurrency;
  }

  get environments(): readonly Readonly<EnvironmentRecord>[] {
    return [...this.portal.state.environments.values()];
  }

  /** All sessions since the last redeployment, ended and reserve ones too. */
  get sessions(): readonly Readonly<SessionRecord>[] {
    return this.portal.state.allSessions();
  }

  get users(): readonly Readonly<UserRecord>[] {
    return [...this.portal.state.users.values()];
  }

  /** Every webhook that was, or is still to be, sent. */
  get webhooks(): readonly Readonly<WebhookDelivery>[] {
    return this.portal.analytics.deliveries;
  }

  async start(): Promise<void> {
    await this.server.listen();
    await this.deployPortal();
    startReconciler(this.portal);
  }

  async stop(): Promise<void> {
    this.portal.clock.stop();
    await this.server.close();
    await this.portal.analytics.stop();
  }

  now(): Date {
    return this.portal.clock.now();
  }

  /** Moves the portal's time on; everything that falls due on the way has happened when this settles. */
  async advanceTime(seconds: number): Promise<void> {
    await this.portal.clock.advance(seconds);
    if (this.faults.webhookTiming !== 'held') await this.portal.analytics.settle();
  }

  /** The next `times` calls (default 1) of the operation, or of any, go wrong in this way. */
  failNext(fault: Fault, { operation, times = 1 }: { operation?: Operation; times?: number } = {}): void {
    this.faults.plan(fault, operation, times);
  }

  /** How many calls of an operation arrived. */
  countOf(operation: Operation): number {
    return this.requests.filter((request) => request.operation === operation).length;
  }

  /** Follows an activation URL, relative or absolute, as a browser would, up to the first redirect. */
  async activate(
    url: string,
    cookie?: string,
  ): Promise<{ status: number; location: string | null; cookie: string | null; body: string }> {
    const response = await fetch(new URL(url, this.url), {
      redirect: 'manual',
      headers: cookie === undefined ? {} : { cookie },
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      cookie: response.headers.get('set-cookie')?.split(';')[0] ?? null,
      body: await response.text(),
    };
  }

  /** A person starts a workshop on the portal's own pages: the session is RUNNING and has no token. */
  startWebSession(environmentName: string, username: string): Promise<Readonly<SessionRecord>> {
    const { state, lock } = this.portal;
    return lock.run(async () => {
      const user = state.users.get(username) ?? state.insert(state.users, username, newUser(username, this.now()));
      const { session, toDeploy } = retrieveSession(this.portal, {
        environment: this.environment(environmentName),
        user,
        token: null,
        timeoutSeconds: 0,
        indexUrl: '',
        analyticsUrl: '',
        parameters: {},
        sessionName: '',
      });
      await deployAll(this.portal, toDeploy);
      if (!session) throw new Error(`${environmentName} has no session for ${username}.`);
      return session;
    });
  }

  /** An event from inside a workshop, such as `Workshop/View` with its page number. */
  reportEvent(sessionName: string, name: string, data: Record<string, unknown> = {}): void {
    this.portal.analytics.reportSession(this.session(sessionName), name, data);
  }

  /** The portal itself ends a session: nobody was there, or its resource was deleted behind the portal's back. */
  async reap(sessionName: string, reason: 'Orphaned' | 'Inactive' | 'Vanished'): Promise<void> {
    const session = this.session(sessionName);
    await this.portal.lock.run(async () => {
      this.portal.analytics.reportSession(session, `Session/${reason}`);
      await deleteSession(this.portal, session);
    });
    await this.portal.analytics.afterResponse();
  }

  /** What the refresh of an environment does. */
  async replaceEnvironment(name: string): Promise<void> {
    await this.portal.lock.run(() => replaceEnvironment(this.portal, this.environment(name)));
    await this.portal.analytics.afterResponse();
  }

  /** The portal is installed anew: another uid; all tokens, users and sessions are lost; names begin at 1 again. */
  async redeploy(changes: { uid?: string; credentials?: Partial<RobotCredentials> } = {}): Promise<void> {
    await this.portal.lock.run(() => {
      Object.assign(this.portal.settings.credentials, changes.credentials);
      this.portal.tokens.clear();
      this.portal.state.reset(changes.uid ?? randomUUID());
      return this.deployPortal();
    });
  }

  /** All access tokens end now, as their time would end them; refresh tokens stay good. */
  expireAccessTokens(): void {
    this.portal.tokens.expireAccessTokens(this.now());
  }

  /** Sends the webhooks that `webhookTiming: 'held'` kept back. */
  releaseWebhooks(order: 'sent' | 'reversed' = 'sent'): Promise<void> {
    return this.portal.analytics.release(order);
  }

  /** Settles when no webhook is under way. */
  settleWebhooks(): Promise<void> {
    return this.portal.analytics.settle();
  }

  private async deployPortal(): Promise<void> {
    const { state, settings } = this.portal;
    const robot = { ...newUser(settings.credentials.username, this.now()), group: 'robots' as const };
    state.users.set(robot.username, { ...robot, password: settings.credentials.password });
    for (const { username, password, isStaff = false } of settings.users) {
      state.users.set(username, { ...newUser(username, this.now()), password, isStaff });
    }
    for (const [index, workshop] of settings.workshops.entries()) {
      await createEnvironment(this.portal, workshop, index + 1);
    }
  }

  private environment(name: string): EnvironmentRecord {
    const environment = this.portal.state.environments.get(name);
    if (!environment) throw new Error(`There is no environment ${name}.`);
    return environment;
  }

  private session(name: string): SessionRecord {
    const session = this.portal.state.sessions.get(name);
    if (!session) throw new Error(`There is no session ${name}.`);
    return session;
  }
}

function newUser(username: string, joinedAt: Date): UserRecord {
  const nobody = { email: '', firstName: '', lastName: '' };
  return { username, password: null, group: 'registered', isStaff: false, joinedAt, ...nobody };
}
