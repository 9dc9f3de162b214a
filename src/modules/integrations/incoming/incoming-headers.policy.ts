import type { IncomingHttpHeaders } from 'node:http';
import { valueAt } from '../filters/value-path.policy.js';
import { isSecretHeader } from '../integrations/http-config.js';
import type { DeliveryIdPlace } from './schemes/scheme.js';

const maxDeliveryIdChars = 255;
const mask = '[masked]';

/**
 * The sender's id of a webhook, by which a repeated one is recognised: what is found at the first of the places, or null.
 *
 * @param content reads the body, which is done only when a place is in it
 */
export function senderDeliveryIdOf(
  headers: IncomingHttpHeaders,
  places: readonly DeliveryIdPlace[],
  content: () => unknown,
): string | null {
  for (const place of places) {
    const value = 'header' in place ? headers[place.header] : valueAt(content(), place.bodyPath.split('.'));
    const id = typeof value === 'number' ? String(value) : value;
    if (typeof id === 'string' && id !== '' && id.length <= maxDeliveryIdChars) return id;
  }
  return null;
}

/** The headers to keep with a webhook; what is secret by its name, or named as such, is masked. */
export function keptHeaders(
  headers: IncomingHttpHeaders,
  secretHeaders: readonly string[] = [],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, isSecretHeader(name) || secretHeaders.includes(name) ? mask : String(value)]],
    ),
  );
}
