import type { OutboundRequest, OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import { textExcerpt } from '../text-excerpt.js';
import { authenticate, type Credentials } from '../credentials/credentials.policy.js';
import { placeholdersIn } from './http-config.js';
import type { HttpConfig } from './integration-config.js';
import type { IntegrationEntity } from './integration.entity.js';
import { endpointMissing, otherOrigin, placeholdersUnfilled, typeNotRunnable } from './integration.errors.js';

/** Of an answer, what is read and given back. */
const maxAnswerBytes = 262_144;

/** @throws AppError `integrations.type-not-runnable-yet` */
export function httpConfigOf({ type, config }: Pick<IntegrationEntity, 'type' | 'config'>): HttpConfig {
  if (type !== 'api' && type !== 'webhook') throw typeNotRunnable(type);
  return config as HttpConfig;
}

/**
 * The address to call: the given one, if it is where the credentials may go, else the configured one.
 *
 * @throws AppError `integrations.no-endpoint`, `integrations.placeholders-unfilled`, `integrations.other-origin`
 */
export function chooseEndpoint(config: HttpConfig, given: string | undefined): string {
  if (config.endpoint === undefined) throw endpointMissing();
  const { origin } = new URL(config.endpoint);
  const endpoint = given ?? config.endpoint;
  if (!URL.canParse(endpoint) || new URL(endpoint).origin !== origin) throw otherOrigin(origin);
  const placeholders = placeholdersIn(endpoint);
  if (placeholders.length > 0) throw placeholdersUnfilled(placeholders);
  return endpoint;
}

/** The request that carries a body through the integration; a GET carries none. */
export function composeCall(
  endpoint: string,
  config: HttpConfig,
  { authType, authConfig }: Pick<IntegrationEntity, 'authType' | 'authConfig'>,
  credentials: Credentials,
  body: unknown,
): OutboundRequest {
  const { method, timeout } = config;
  const carriesBody = method !== 'GET';
  const headers = { ...(carriesBody && { 'content-type': 'application/json' }), ...lowerCaseNames(config.headers) };
  return {
    method,
    ...authenticate({ url: endpoint, headers }, authType, authConfig, credentials),
    ...(carriesBody && { body: JSON.stringify(body) }),
    trust: 'caller',
    timeoutMs: timeout,
    maxResponseBytes: maxAnswerBytes,
    onLargeResponse: 'truncate',
  };
}

/** Shorter credentials are not looked for: they would be found where they are not meant. */
const minLengthToMask = 8;

/** What the endpoint said, without our credentials, which some endpoints repeat in their errors. */
export function answerTextOf(
  { body }: Pick<OutboundResponse, 'body'>,
  { headers }: Pick<OutboundRequest, 'headers'>,
  credentials: Credentials,
): string {
  const encoded = headers?.['authorization']?.split(' ')[1] ?? '';
  return [...Object.values(credentials), encoded]
    .filter((secret) => secret.length >= minLengthToMask)
    .reduce((text, secret) => text.replaceAll(secret, '[masked]'), textExcerpt(body, maxAnswerBytes));
}

/** Parsed when it is complete JSON, else text. */
export function parseAnswer(text: string, isTruncated: boolean): unknown {
  if (isTruncated || text === '') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
