import { randomUUID } from 'node:crypto';
import type { FaultOptions } from './faults.js';
import { randomText } from './random.js';

/** What a robot client needs to get a token; in a cluster these stand in `TrainingPortal.status.educates`. */
export interface RobotCredentials {
  username: string;
  password: string;
  clientId: string;
  clientSecret: string;
}

/** One entry of a portal's workshop list. Durations are in seconds; 0 means none. */
export interface WorkshopOptions {
  /** Name of the Workshop resource. The status endpoint, the sessions and the session webhooks use this one. */
  name: string;
  /** The name under which the catalog shows the workshop, when it is not the resource name. */
  alias?: string;
  title?: string;
  description?: string;
  vendor?: string;
  authors?: string[];
  difficulty?: string;
  /** A text such as `30m`, shown to people; see `expiresSeconds` for what is enforced. */
  duration?: string;
  tags?: string[];
  labels?: Record<string, string>;
  logo?: string;
  url?: string;
  /** Members that the catalog adds to the workshop, as a newer portal might. */
  extra?: Record<string, unknown>;
  /** Names and defaults of the workshop's request parameters; others that a client sends are ignored. */
  parameters?: Record<string, string>;
  /** Labels of the environment; they win over those of the workshop and of the portal. */
  environmentLabels?: Record<string, string>;
  /** Sessions that may exist at once. Default 10. */
  capacity?: number;
  /** Sessions kept ready. Default 0. */
  reserved?: number;
  /** Sessions made ready when the environment starts. Default `reserved`. */
  initial?: number;
  /** Life of a session, counted from its activation. Default 3600. */
  expiresSeconds?: number;
  /** Length of one extension. Default 0: derived from the life. */
  overtimeSeconds?: number;
  /** Latest end of an extended session, counted from its activation. Default `expiresSeconds`: no extension. */
  deadlineSeconds?: number;
  /** Age at which the environment is replaced by a new one. Default 0. */
  refreshSeconds?: number;
  /** How long a new environment of this workshop stays STARTING. Default 0. */
  startupSeconds?: number;
}

/** A person who can log in with the password grant, beside the robot. */
interface UserOptions {
  username: string;
  password: string;
  isStaff?: boolean;
}

export interface TrainingPortalOptions {
  /** Name of the portal; environments are called `<name>-w01`, sessions `<name>-w01-s001`. */
  name: string;
  workshops: WorkshopOptions[];
  uid?: string;
  /** Sessions with an owner that the whole portal allows; 0 (default) is no limit. */
  maximumSessions?: number;
  /** Sessions at once of one registered user; 0 (default) is no limit. */
  registeredSessions?: number;
  /** Sessions at once of one user that came through the REST API. Default `registeredSessions`. */
  anonymousSessions?: number;
  labels?: Record<string, string>;
  /** Labels of every workshop, the weakest in the merge. */
  defaultLabels?: Record<string, string>;
  /** Title and logo appear only in the HTML pages; the REST API knows neither. */
  title?: string;
  logo?: string;
  credentials?: Partial<RobotCredentials>;
  users?: UserOptions[];
  /** `public` opens the catalog to callers without a token. Default `private`. */
  catalogVisibility?: 'private' | 'public';
  /** Webhook that gets every event, beside the per-session `analytics_url`. */
  analyticsWebhookUrl?: string;
  /** Seconds from a terminate or delete to STOPPED. Default 2. */
  deletionSeconds?: number;
  /** Requests that are worked on at once. Default 5, as mod_wsgi. */
  threads?: number;
  /** Milliseconds a request may wait for a thread before it gets a 504. Default 45 000, as mod_wsgi. */
  queueTimeoutMs?: number;
  faults?: FaultOptions;
  /** A frozen clock moves only by `advanceTime`; otherwise it runs, and `advanceTime` makes it jump. */
  clock?: { isFrozen?: boolean; startsAt?: Date };
  /** Port on 127.0.0.1. Default 0: any free one. */
  port?: number;
  /** Serve HTTPS with this key and certificate (PEM). */
  tls?: { key: string; cert: string };
}

/** A workshop with every default filled in. */
export type Workshop = Required<Omit<WorkshopOptions, 'alias'>> & { alias: string };

/** The portal's options with every default filled in. */
export type PortalSettings = Omit<Required<TrainingPortalOptions>, 'workshops' | 'credentials' | 'tls'> & {
  workshops: Workshop[];
  credentials: RobotCredentials;
  tls: { key: string; cert: string } | undefined;
};

export function resolveSettings(options: TrainingPortalOptions): PortalSettings {
  return {
    uid: randomUUID(),
    maximumSessions: 0,
    registeredSessions: 0,
    anonymousSessions: options.registeredSessions ?? 0,
    labels: {},
    defaultLabels: {},
    title: 'Workshops',
    logo: 'data:image/png;base64,iVBORw0KGgo=',
    users: [],
    catalogVisibility: 'private',
    analyticsWebhookUrl: '',
    deletionSeconds: 2,
    threads: 5,
    queueTimeoutMs: 45_000,
    faults: {},
    clock: {},
    port: 0,
    ...options,
    tls: options.tls,
    credentials: {
      username: 'robot@educates',
      password: randomText(32),
      clientId: randomText(32),
      clientSecret: randomText(32),
      ...options.credentials,
    },
    workshops: options.workshops.map(resolveWorkshop),
  };
}

function resolveWorkshop(options: WorkshopOptions): Workshop {
  const capacity = options.capacity ?? 10;
  const reserved = Math.min(options.reserved ?? 0, capacity);
  const expiresSeconds = options.expiresSeconds ?? 3600;
  return {
    alias: options.name,
    title: options.name,
    description: '',
    vendor: '',
    authors: [],
    difficulty: 'beginner',
    duration: '',
    tags: [],
    labels: {},
    logo: '',
    url: '',
    extra: {},
    parameters: {},
    environmentLabels: {},
    overtimeSeconds: 0,
    refreshSeconds: 0,
    startupSeconds: 0,
    ...options,
    capacity,
    reserved,
    initial: Math.min(options.initial ?? reserved, reserved),
    expiresSeconds,
    deadlineSeconds: Math.max(options.deadlineSeconds ?? 0, expiresSeconds),
  };
}
