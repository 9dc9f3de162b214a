import type { PortalSettings, Workshop } from './options.js';

export type EnvironmentState = 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED';
type SessionState = 'STARTING' | 'WAITING' | 'RUNNING' | 'STOPPING' | 'STOPPED';

export interface UserRecord {
  username: string;
  password: string | null;
  group: 'robots' | 'registered' | 'anonymous';
  isStaff: boolean;
  email: string;
  firstName: string;
  lastName: string;
  joinedAt: Date;
}

export interface EnvironmentRecord {
  name: string;
  position: number;
  state: EnvironmentState;
  workshop: Workshop;
  /** Whether it ever was RUNNING; before that the portal has no workshop record for it, and fails on it. */
  hasRun: boolean;
  capacity: number;
  reserved: number;
  /** Sessions made so far; numbers their names. */
  tally: number;
  createdAt: Date;
}

export interface SessionRecord {
  id: string;
  name: string;
  environment: EnvironmentRecord;
  state: SessionState;
  /** User name; null while the session waits in reserve. */
  owner: string | null;
  /** Activation token; null in reserve and for sessions that were started on the portal's own pages. */
  token: string | null;
  createdAt: Date;
  startedAt: Date | null;
  expiresAt: Date | null;
  url: string | null;
  password: string | null;
  indexUrl: string;
  analyticsUrl: string;
  parameters: Record<string, string>;
}

/** The portal's database. A redeployment empties it. */
export class PortalState {
  uid: string;
  generation = 1;
  environmentCount = 0;
  readonly users = new Map<string, UserRecord>();
  readonly environments = new Map<string, EnvironmentRecord>();
  readonly sessions = new Map<string, SessionRecord>();
  /** Browser cookies and who they are logged in as. */
  readonly logins = new Map<string, string>();
  /** Null outside a transaction. */
  private undo: (() => void)[] | null = null;

  constructor(private readonly settings: PortalSettings) {
    this.uid = settings.uid;
  }

  reset(uid: string): void {
    this.uid = uid;
    this.environmentCount = 0;
    for (const table of [this.users, this.environments, this.sessions, this.logins]) table.clear();
  }

  /** Undoes every insert and update of `work` when it throws. `work` cannot wait, so no other request sees its middle. */
  transaction<T>(work: () => T): T {
    const undo: (() => void)[] = [];
    this.undo = undo;
    try {
      return work();
    } catch (error) {
      for (const step of undo.toReversed()) step();
      throw error;
    } finally {
      this.undo = null;
    }
  }

  insert<T>(table: Map<string, T>, key: string, record: NoInfer<T>): T {
    table.set(key, record);
    this.undo?.push(() => table.delete(key));
    return record;
  }

  update<T extends object>(record: T, changes: Partial<T>): T {
    const before = { ...record };
    this.undo?.push(() => Object.assign(record, before));
    return Object.assign(record, changes);
  }

  /** The session unless it is STOPPED; the API knows no other. */
  liveSession(name: string): SessionRecord | undefined {
    const session = this.sessions.get(name);
    return session && isActive(session) ? session : undefined;
  }

  sessionsOf(environment: EnvironmentRecord): SessionRecord[] {
    return [...this.sessions.values()].filter((session) => session.environment === environment);
  }

  allSessions(): SessionRecord[] {
    return [...this.sessions.values()];
  }

  environmentsIn(...states: EnvironmentState[]): EnvironmentRecord[] {
    return [...this.environments.values()].filter((environment) => states.includes(environment.state));
  }

  /** Whether the limits on sessions at once of one user leave room. STOPPING sessions count. */
  isSessionPermitted(user: UserRecord): boolean {
    const limit = user.group === 'anonymous' ? this.settings.anonymousSessions : this.settings.registeredSessions;
    if (user.isStaff || limit === 0) return true;
    return this.allSessions().filter((session) => session.owner === user.username && isActive(session)).length < limit;
  }
}

/** Not yet gone: counts against capacity, with or without an owner. */
export const isActive = (session: SessionRecord): boolean => session.state !== 'STOPPED';

/** Has an owner and is not yet gone. Includes sessions that are STOPPING or were never activated. */
export const isAllocated = (session: SessionRecord): boolean => session.owner !== null && isActive(session);

/** Ready reserve. */
export const isAvailable = (session: SessionRecord): boolean => session.owner === null && session.state === 'WAITING';

/** Requested but not activated. */
export const isPending = (session: SessionRecord): boolean =>
  session.owner !== null && (session.state === 'STARTING' || session.state === 'WAITING');
