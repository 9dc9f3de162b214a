import { SyncFailure } from '../sync-failure.js';
import { valueAtPath } from './json-path.js';
import type { Pagination } from './pull-settings.js';

/** Where a page is: its number, offset or cursor, or its whole address; null for the first. */
export type Place = string | number | null;

/** What is known once a page was read. */
export interface ReadPage {
  /** Where it was asked for, without credentials. */
  url: string;
  place: Place;
  body: unknown;
  linkHeader: string | undefined;
  /** Of its records, and of all up to here. */
  count: number;
  total: number;
}

/** The address of a page. */
export function pageUrl(address: string, pagination: Pagination, place: Place): URL {
  if (pagination.style === 'link' && typeof place === 'string') return new URL(place);
  const url = new URL(address);
  if (pagination.style === 'none') return url;
  if (pagination.size !== undefined) url.searchParams.set(pagination.sizeParameter, String(pagination.size));
  if (pagination.style === 'page') url.searchParams.set(pagination.parameter, String(place ?? pagination.first));
  if (pagination.style === 'offset') url.searchParams.set(pagination.parameter, String(place ?? 0));
  if (pagination.style === 'cursor' && place !== null) url.searchParams.set(pagination.parameter, String(place));
  return url;
}

/**
 * Where the next page is; null when there is none.
 *
 * @throws SyncFailure when the answer leads to another origin, or what it leads to cannot be read
 */
export function nextPlace(pagination: Pagination, read: ReadPage): Place {
  switch (pagination.style) {
    case 'none':
      return null;
    case 'page':
      return isLast(pagination, read) ? null : Number(read.place ?? pagination.first) + 1;
    case 'offset':
      // By what came, not by what was asked for: many servers give less.
      return isLast(pagination, read) ? null : Number(read.place ?? 0) + read.count;
    case 'cursor':
      return saysNoMore(pagination, read) ? null : cursorIn(valueAtPath(read.body, pagination.path));
    case 'link': {
      const target =
        pagination.path === undefined ? nextLink(read.linkHeader) : valueAtPath(read.body, pagination.path);
      return saysNoMore(pagination, read) ? null : linkIn(target, read.url);
    }
  }
}

function isLast(pagination: Extract<Pagination, { style: 'page' | 'offset' }>, read: ReadPage): boolean {
  if (read.count === 0 || saysNoMore(pagination, read)) return true;
  const total = pagination.totalPath === undefined ? undefined : valueAtPath(read.body, pagination.totalPath);
  const number = typeof total === 'string' && total !== '' ? Number(total) : total;
  return typeof number === 'number' && read.total >= number;
}

function saysNoMore({ hasMorePath }: { hasMorePath?: string | undefined }, { body }: ReadPage): boolean {
  if (hasMorePath === undefined) return false;
  const value = valueAtPath(body, hasMorePath);
  return value === false || value === 0 || value === null || value === 'false';
}

function cursorIn(value: unknown): Place {
  if (value === undefined || value === null || value === '' || value === false) return null;
  if ((typeof value === 'string' && value.length <= 8192) || typeof value === 'number') return value;
  throw new SyncFailure('configuration', 'What stands at pull.pagination.path of the answer is no cursor');
}

function linkIn(value: unknown, from: string): Place {
  if (value === undefined || value === null || value === '' || value === false) return null;
  if (typeof value !== 'string' || value.length > 8192 || !URL.canParse(value, from)) {
    throw new SyncFailure('configuration', 'What the answer gives as its next page is no address');
  }
  const [url, base] = [new URL(value, from), new URL(from)];
  // Servers behind a proxy that ends TLS often think that they are asked without it.
  if (base.protocol === 'https:' && url.protocol === 'http:' && url.host === base.host) url.protocol = 'https:';
  if (url.origin !== base.origin) {
    const message = `The next page is at another origin (${url.origin.slice(0, 300)}), which is not called`;
    throw new SyncFailure('source', message);
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}

/** The target with the relation `next` (RFC 8288). */
function nextLink(header: string | undefined): string | undefined {
  for (const [, target, parameters = ''] of (header ?? '').matchAll(/<([^<>]*)>([^<]*)/g)) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters);
    if ((relations?.[1] ?? relations?.[2] ?? '').toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return undefined;
}
