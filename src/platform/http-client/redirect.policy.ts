import { parseUrl } from './endpoint.js';
import type { OutboundMethod, OutboundRequest } from './outbound-request.js';

/** One request of a chain of redirects. */
export interface Hop {
  method: OutboundMethod;
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer | undefined;
  trust: OutboundRequest['trust'];
}

/** Redirects that one attempt follows at most. */
export const maxRedirects = 5;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** All that another origin gets. Any other header may be a credential: there is no list of all names for one. */
const harmlessHeaders = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'traceparent',
  'user-agent',
]);

/**
 * The request that a response redirects to, by the rules of fetch; undefined when the response is not a redirect, and a text
 * that says why when the redirect must not be followed.
 *
 * Trust does not travel: an address that a trusted upstream names did not come from the operator, so it is judged like one that
 * came through the API. Only the step from http to https of the same host counts as the same place.
 *
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | string | undefined {
  if (!redirectStatuses.has(status) || location === undefined) return undefined;
  const url = parseUrl(location, hop.url);
  if (url === null) return 'its target is not a URL';
  if (url.username !== '' || url.password !== '') return 'its target holds a user name or password';
  const isSameOrigin = url.origin === hop.url.origin;
  const isSamePlace = isSameOrigin || isUpgrade(hop.url, url);
  const becomesGet = status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  const body = becomesGet ? undefined : hop.body;
  if (body !== undefined && !isSamePlace) return 'it would hand the body to another origin';
  const headers = Object.entries(hop.headers).filter(
    ([name]) => (isSameOrigin || harmlessHeaders.has(name)) && (body !== undefined || !name.startsWith('content-')),
  );
  return {
    method: becomesGet ? 'GET' : hop.method,
    url,
    headers: Object.fromEntries(headers),
    body,
    trust: isSamePlace ? hop.trust : 'caller',
  };
}

function isUpgrade(from: URL, to: URL): boolean {
  const usesDefaultPorts = from.port === '' && to.port === '';
  return from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname && usesDefaultPorts;
}
