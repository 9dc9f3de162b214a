import { z } from 'zod';
import { endpointUrl, isHeaderValue, placeholdersIn } from '../integrations/http-config.js';

export const secret = z.string().min(1).max(8192);
export const headerSafe = secret.refine(isHeaderValue, 'has characters that a header cannot hold');

/** How an access token is got; without one of these it is given as it is, and nobody can refresh it. */
const grantTypes = ['client_credentials', 'refresh_token', 'authorization_code'] as const;
export type GrantType = (typeof grantTypes)[number];

const serverUrl = endpointUrl.refine(
  (address) => placeholdersIn(address).length === 0,
  'must have no placeholders that are still to be filled in',
);

/** RFC 6749 section 3.3. */
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/;
const scope = z
  .string()
  .max(4096)
  .refine(
    (text) => text.split(' ').every((token) => scopeToken.test(token)),
    'must be scopes with one space between them',
  );
const scopes = z.array(z.string().max(256).regex(scopeToken, 'must be a scope, without spaces')).min(1).max(100);

const common = {
  tokenUrl: serverUrl,
  clientId: z
    .string()
    .max(1024)
    .regex(/^[\x20-\x7E]+$/, 'must be printable ASCII characters'),
  scope: scope.optional(),
  scopes: scopes.optional(),
  /** For servers that want it, such as Auth0. */
  audience: z.string().min(1).max(2048).optional(),
  /** How a client that has a secret shows it (RFC 6749 section 2.3.1). */
  clientAuthentication: z.enum(['basic', 'post']).default('basic'),
  /** Where tokens are ended (RFC 7009) when they are not needed any more. */
  revocationUrl: serverUrl.optional(),
};

const grants = z.discriminatedUnion('grantType', [
  z.strictObject({ grantType: z.literal('client_credentials'), ...common, clientSecret: secret }),
  z.strictObject({
    grantType: z.literal('refresh_token'),
    ...common,
    clientSecret: secret.optional(),
    refreshToken: secret,
  }),
  z.strictObject({
    grantType: z.literal('authorization_code'),
    ...common,
    clientSecret: secret.optional(),
    authorizationUrl: serverUrl,
    /** Compared with the `iss` of the answer (RFC 9207), against servers that pass off another one's answers. */
    issuer: z.url().max(2048).optional(),
  }),
]);

/** `scopes` becomes `scope`, so that every member is a text. */
const managed = grants.transform(({ scopes: list, ...members }, context): Record<string, string> => {
  if (list !== undefined && members.scope !== undefined) {
    context.addIssue({ code: 'custom', path: ['scopes'], message: 'must not be given together with scope' });
    return z.NEVER;
  }
  return { ...members, ...(list !== undefined && { scope: list.join(' ') }) };
});

const givenToken = z
  .strictObject({ accessToken: headerSafe.optional(), access_token: headerSafe.optional() })
  .transform(({ accessToken, access_token }, context): Record<string, string> => {
    const token = accessToken ?? access_token;
    if (token !== undefined) return { accessToken: token };
    context.addIssue({ code: 'custom', path: ['accessToken'], message: 'is required, or a grantType' });
    return z.NEVER;
  });

/** What `authConfig` must look like for OAuth 2: a grant, or the original's token that is given as it is. */
export function oauthSchemaFor(authConfig: unknown): z.ZodType<Record<string, string>> {
  const hasGrant = typeof authConfig === 'object' && authConfig !== null && 'grantType' in authConfig;
  return hasGrant ? managed : givenToken;
}

/** The members that are addresses, which are guarded like those of `config`. */
export const oauthAddressMembers = ['tokenUrl', 'authorizationUrl', 'revocationUrl'] as const;
