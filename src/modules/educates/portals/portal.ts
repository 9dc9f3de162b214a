/** What a portal gives its robot. */
export interface RobotCredentials {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** `environment`: the operator configured it, its address is trusted; `api`: an admin added it, its address is guarded. */
export type PortalSource = 'environment' | 'api';

/** A training portal that we call as its robot. Its name is its key: in paths, in grants and with stored sessions. */
export interface Portal {
  readonly name: string;
  /** Without a slash at the end. */
  readonly url: string;
  readonly source: PortalSource;
  /** Null when the credentials are stored, but no configured key opens them. */
  readonly robot: RobotCredentials | null;
  /** PEM, trusted instead of the public authorities. */
  readonly certificateAuthority?: string | undefined;
  /** What grants can name the portal by; known without asking it. */
  readonly labels: Readonly<Record<string, string>>;
  /** Another one after each change; `environment` for those that do not change. */
  readonly revision: string;
}
