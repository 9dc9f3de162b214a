import type { ShownSecretResponse } from '../shown-secret.dto.js';
import type { IncomingSourceResponse } from './incoming.dto.js';
import type { NewSource, SourceFacts } from './incoming-sources.service.js';
import { receiverUrl } from './receiver-path.js';
import { pathSecretScheme, schemeOf } from './schemes/schemes.js';

/** A source as it is shown after it was made: without anything secret. */
export function toSourceResponse({ source, keys }: SourceFacts): IncomingSourceResponse {
  const { id, name, state, scheme, settings, deliveryId, mapping, maxPerMinute } = source;
  const { secretHint, previousSecretUntil, lastRefusedAt, lastRefusal, createdAt } = source;
  const isPreviousLive = previousSecretUntil !== null && previousSecretUntil.getTime() > Date.now();
  return {
    id,
    name,
    state,
    scheme,
    settings,
    deliveryId,
    mapping,
    maxPerMinute,
    secret: shown(secretHint),
    previousAddressUntil: isPreviousLive ? previousSecretUntil : null,
    keys: keys.map((key) => ({
      id: key.id,
      secret: shown(key.hint),
      createdAt: key.createdAt,
      expiresAt: key.expiresAt,
    })),
    lastRefusedAt,
    lastRefusal,
    createdAt,
  };
}

/** The address, and what proves the sender: the secret in it, or the key. */
export function openedAddress(
  { source: { scheme }, pathPart, key }: Pick<NewSource, 'pathPart' | 'key'> & { source: { scheme: string } },
  publicUrl: string,
): { url: string; secret: string | null } {
  const isPathSecret = scheme === pathSecretScheme;
  return { url: receiverUrl(publicUrl, isPathSecret, pathPart), secret: isPathSecret ? pathPart : key };
}

/** What to do at the sender; the address stands for itself where it can no longer be shown. */
export function recipeOf(scheme: string, settings: object, url = '<the address>'): string[] {
  return schemeOf(scheme).recipe({ url, settings });
}

const shown = (lastFour: string): ShownSecretResponse => ({ set: true, ...(lastFour !== '' && { lastFour }) });
