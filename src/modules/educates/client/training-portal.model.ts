/** What people read of a workshop. */
export interface WorkshopDescription {
  /** What people call it: the alias, or the name of the resource. */
  name: string;
  title: string;
  description: string;
  vendor: string;
  authors: string[];
  difficulty: string;
  /** For people, such as `45m`. */
  duration: string;
  tags: string[];
  labels: Record<string, string>;
  logo: string;
  url: string;
}

/** A workshop that a portal offers now, and how full it is. */
export interface OfferedWorkshop {
  about: WorkshopDescription;
  environment: string;
  capacity: number;
  allocated: number;
  /** Sessions that wait ready for an owner. */
  ready: number;
  /** Seconds that a session lives from its activation; null when it has no end. */
  sessionSeconds: number | null;
  /** What the portal says of the workshop beyond this. */
  extra: Record<string, unknown>;
}

export interface PortalCatalog {
  /** Another one after the portal was installed anew. */
  portalUid: string;
  /** Sessions that the whole portal allows; null when it has no limit. */
  maximum: number | null;
  allocated: number;
  /** Sessions at once that the portal allows one of our users; null when it has no limit. */
  maximumPerUser: number | null;
  workshops: OfferedWorkshop[];
}

export const portalSessionStates = ['starting', 'waiting', 'running', 'stopping'] as const;
export type PortalSessionState = (typeof portalSessionStates)[number];

/** A session with an owner, as the portal lists it. */
export interface ListedSession {
  name: string;
  environment: string;
  state: PortalSessionState;
  user: string;
  startedAt: Date | null;
  /** Before activation the end of the activation window. */
  expiresAt: Date | null;
}

export interface SessionListing {
  portalUid: string;
  sessions: ListedSession[];
}

/** What a portal says to a wish for more time. */
export interface SessionExtension {
  isExtended: boolean;
  isRunning: boolean;
  startedAt: Date | null;
  /** Null when the session has no end. */
  expiresAt: Date | null;
  /** Whether it would be extended again at once. */
  isExtendable: boolean;
}

/** What a portal gives for a request. */
export interface PortalSession {
  name: string;
  environment: string;
  /** Absolute. A credential: whoever opens it is the session's owner. */
  activationUrl: string;
  /** The answer as it came, for front ends that know the portal's API. */
  body: Record<string, unknown>;
}
