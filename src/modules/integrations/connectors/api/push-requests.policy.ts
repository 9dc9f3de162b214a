import { createHash } from 'node:crypto';
import { renderMapping, RenderedTooLarge, type Mapping } from '../../mapping/mapping.policy.js';
import type { OutgoingItem, PushBatch } from '../connector.js';
import { SyncFailure } from '../sync-failure.js';
import type { PushSettings } from './push-settings.js';

/** The body for a batch. @throws SyncFailure when the mapping makes more than can be sent */
export function batchBody({ id, items }: PushBatch, settings: PushSettings): unknown {
  try {
    const mapped = items.map((item) => itemBody(id, item, settings));
    const source = { batchId: id, items: mapped };
    return settings.body === undefined ? source : renderMapping(settings.body as Mapping, source);
  } catch (error) {
    if (!(error instanceof RenderedTooLarge)) throw error;
    throw new SyncFailure('configuration', `push.body makes too large a body: ${error.message}; lower batchSize`);
  }
}

/** The body for an item, alone or in a batch. @throws RenderedTooLarge */
export function itemBody(batchId: string, item: OutgoingItem, settings: PushSettings): unknown {
  const { key, data, isDeleted } = item;
  if (settings.item === undefined) return { key, data, isDeleted };
  return renderMapping(settings.item as Mapping, { batchId, key, data, isDeleted });
}

/**
 * The address for an item; undefined when its values would lead elsewhere than the path says.
 *
 * @throws RenderedTooLarge
 */
export function itemUrl(endpoint: string, batchId: string, item: OutgoingItem, path: string): string | undefined {
  const { key, data, isDeleted } = item;
  const rendered = String(renderMapping(path, { batchId, key, data, isDeleted }));
  // No encoding could save what is empty or only dots: it would name the whole collection, or what is above it.
  const [meant, made] = [partsOf(path), partsOf(rendered)];
  const isSound = made.every((part, index) => part !== '.' && part !== '..' && (part !== '' || meant[index] === ''));
  if (meant.length !== made.length || !isSound) return undefined;
  const base = new URL(endpoint);
  const url = new URL(rendered, base);
  return url.origin === base.origin ? url.href : undefined;
}

function partsOf(path: string): string[] {
  return (path.split(/[?#]/)[0] ?? '').split('/');
}

/** What says that a request is the same as an earlier one. @see draft-ietf-httpapi-idempotency-key-header */
export function idempotencyKey(batchId: string, itemKey?: string): string {
  if (itemKey === undefined) return batchId;
  const isPlain = /^[\w.~:/+=@-]{1,150}$/.test(itemKey);
  return `${batchId}:${isPlain ? itemKey : createHash('sha256').update(itemKey).digest('hex')}`;
}
