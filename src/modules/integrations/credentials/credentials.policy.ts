import { z } from 'zod';
import { parseMember } from '../field-errors.js';
import { headerName } from '../integrations/http-config.js';
import { headerSafe, oauthAddressMembers, oauthSchemaFor, secret } from './oauth-settings.js';

export const authTypes = ['none', 'api_key', 'bearer', 'basic', 'oauth', 'oauth2'] as const;
export type AuthType = (typeof authTypes)[number];

/** What a reader learns of a secret. */
interface ShownSecret {
  set: true;
  /** Only of secrets so long that these do not help to guess the rest. */
  lastFour?: string;
}

/** `authConfig` as it is shown: plain members as they are, secret ones masked. */
export type ShownCredentials = Record<string, string | ShownSecret>;

/** The secret members of `authConfig`, by name. */
export type Credentials = Record<string, string>;

/** For files, the keys of accounts as well: `connectors/login.policy.ts` says which kind of system takes what. */
const basicLogin = z
  .strictObject({
    username: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^:]*$/, 'must not have a colon (RFC 7617)'),
    password: secret.optional(),
    privateKey: secret.optional(),
    sessionToken: secret.optional(),
  })
  .transform((members, context) => {
    if (members.password !== undefined || members.privateKey !== undefined) return members;
    context.addIssue({ code: 'custom', path: ['password'], message: 'is required' });
    return z.NEVER;
  });

/** What `authConfig` must look like, by kind of authentication; the names are the original's. */
const schemas = {
  none: z.strictObject({}),
  api_key: z.strictObject({
    key: headerSafe,
    in: z.enum(['header', 'query']).default('header'),
    header: headerName.default('X-API-Key'),
    parameter: z
      .string()
      .regex(/^[\w.-]{1,100}$/, 'must be the name of a query parameter')
      .default('api_key'),
  }),
  bearer: z.strictObject({ token: headerSafe }),
  basic: basicLogin,
} satisfies Partial<Record<AuthType, z.ZodType<Record<string, string>>>>;

function schemaFor(authType: AuthType, authConfig: unknown): z.ZodType<Record<string, string>> {
  return authType === 'oauth' || authType === 'oauth2' ? oauthSchemaFor(authConfig) : schemas[authType];
}

const secretMembers = new Set([
  'key',
  'token',
  'password',
  'accessToken',
  'clientSecret',
  'refreshToken',
  'privateKey',
  'sessionToken',
]);
const minLengthToShowEnd = 16;

/**
 * Splits `authConfig` into what may be shown and what must be sealed.
 *
 * @throws AppError `integrations.invalid-fields` with paths such as `authConfig.token`; never quotes a value
 */
export function parseCredentials(
  authType: AuthType,
  authConfig: unknown,
): { shown: ShownCredentials; secrets: Credentials } {
  const members: [string, string][] = Object.entries(
    parseMember(schemaFor(authType, authConfig), authConfig, 'authConfig'),
  );
  return {
    shown: Object.fromEntries(
      members.map(([name, value]) => [name, secretMembers.has(name) ? showSecret(value) : value]),
    ),
    secrets: Object.fromEntries(members.filter(([name]) => secretMembers.has(name))),
  };
}

function showSecret(value: string): ShownSecret {
  return value.length < minLengthToShowEnd ? { set: true } : { set: true, lastFour: value.slice(-4) };
}

/** A request as far as authentication changes it. */
export interface Authenticated {
  url: string;
  headers: Record<string, string>;
}

/** Adds the credentials to a request for the origin that they belong to. */
export function authenticate(
  { url, headers }: Authenticated,
  authType: AuthType,
  shown: ShownCredentials,
  secrets: Credentials,
): Authenticated {
  const member = (name: string): string => secrets[name] ?? plainMember(shown, name);
  switch (authType) {
    case 'none':
      return { url, headers };
    case 'api_key':
      return shown['in'] === 'query'
        ? { url: withParameter(url, member('parameter'), member('key')), headers }
        : { url, headers: { ...headers, [member('header')]: member('key') } };
    case 'basic': {
      const credentials = Buffer.from(`${member('username')}:${member('password')}`).toString('base64');
      return { url, headers: { ...headers, authorization: `Basic ${credentials}` } };
    }
    case 'bearer':
      return { url, headers: { ...headers, authorization: `Bearer ${member('token')}` } };
    case 'oauth':
    case 'oauth2':
      return { url, headers: { ...headers, authorization: `Bearer ${member('accessToken')}` } };
  }
}

/** Addresses in `authConfig` that will be called or shown to a browser, by the field they stand in. */
export function authAddressesIn(shown: ShownCredentials): { field: string; address: string }[] {
  return oauthAddressMembers.flatMap((member) => {
    const address = shown[member];
    return typeof address === 'string' ? [{ field: `authConfig.${member}`, address }] : [];
  });
}

export function plainMember(shown: ShownCredentials, name: string): string {
  const value = shown[name];
  return typeof value === 'string' ? value : '';
}

function withParameter(url: string, name: string, value: string): string {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed.href;
}
