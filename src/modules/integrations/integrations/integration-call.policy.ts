import type { PlainRequest } from '../credentials/authorized-requests.js';
import { placeholdersIn } from './http-config.js';
import type { HttpConfig } from './integration-config.js';
import type { IntegrationEntity } from './integration.entity.js';
import { endpointMissing, otherOrigin, placeholdersUnfilled } from './integration.errors.js';

/** Of an answer, what is read and given back. */
export const maxAnswerBytes = 262_144;

/** Null for what is not called by HTTP. */
export function httpConfigOf({ type, config }: Pick<IntegrationEntity, 'type' | 'config'>): HttpConfig | null {
  return type === 'api' || type === 'webhook' ? (config as HttpConfig) : null;
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

/** The request that carries a body through the integration, without credentials; a GET carries none. */
export function jsonRequest(endpoint: string, config: HttpConfig, body: unknown): PlainRequest {
  const { method, timeout } = config;
  const carriesBody = method !== 'GET' && body !== undefined;
  return {
    method,
    url: endpoint,
    headers: { ...(carriesBody && { 'content-type': 'application/json' }), ...lowerCaseNames(config.headers) },
    ...(carriesBody && { body: JSON.stringify(body) }),
    timeoutMs: timeout,
    maxResponseBytes: maxAnswerBytes,
    onLargeResponse: 'truncate',
  };
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

/** As the HTTP client has them, so that none is there twice. */
export function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
