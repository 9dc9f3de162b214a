import { X509Certificate } from 'node:crypto';
import type { FieldError } from '../../../platform/errors/app-error.js';
import type { RobotCredentials } from './portal.js';

/** What an admin says of a portal, besides its name. */
export interface PortalSettings {
  /** Without a slash at the end. */
  url: string;
  robot: RobotCredentials;
  /** PEM; null to trust the public authorities. */
  certificateAuthority: string | null;
  labels: Record<string, string>;
}

/** What is left out stays. */
export interface SettingsChange {
  url?: string | undefined;
  robot?: Partial<RobotCredentials> | undefined;
  certificateAuthority?: string | null | undefined;
  labels?: Record<string, string> | undefined;
}

const robotMembers = ['username', 'password', 'clientId', 'clientSecret'] as const;

/**
 * The settings after a change. Credentials stay only at the place that they were given for: whoever moves a portal to another origin
 * sends them again, or could read them there.
 */
export function mergeSettings(
  before: Omit<PortalSettings, 'robot'> & { robot?: RobotCredentials },
  change: SettingsChange,
): { settings: PortalSettings } | { problem: FieldError } {
  const url = change.url ?? before.url;
  const kept = originOf(url) === originOf(before.url) ? before.robot : undefined;
  const robot: Partial<RobotCredentials> = { ...kept, ...withoutUndefined(change.robot ?? {}) };
  const missing = robotMembers.find((member) => robot[member] === undefined);
  if (missing !== undefined) {
    return {
      problem: { field: `robot.${missing}`, message: 'must be sent again, because the portal has another address' },
    };
  }
  const { certificateAuthority = before.certificateAuthority, labels = before.labels } = change;
  return { settings: { url, robot: robot as RobotCredentials, certificateAuthority, labels } };
}

/** What is wrong with the settings, as far as it shows without asking the portal. */
export function settingsProblem({ url, certificateAuthority }: PortalSettings): FieldError | undefined {
  const { search, hash, username, password } = new URL(url);
  if (search !== '' || hash !== '' || username !== '' || password !== '') {
    return { field: 'url', message: 'must have no query, fragment or credentials' };
  }
  if (certificateAuthority !== null && !isPem(certificateAuthority)) {
    return { field: 'certificateAuthority', message: 'must be one or more certificates in PEM form' };
  }
  return undefined;
}

function isPem(text: string): boolean {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const certificate of certificates) void new X509Certificate(certificate);
  } catch {
    return false;
  }
  return certificates.length > 0;
}

const originOf = (url: string): string => new URL(url).origin;

const withoutUndefined = (robot: Partial<RobotCredentials>): Partial<RobotCredentials> =>
  Object.fromEntries(Object.entries(robot).filter(([, value]) => value !== undefined));
