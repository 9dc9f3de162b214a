import { isIPv6 } from 'node:net';

const url = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>]+/gi;
const ipv4 = /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g;
const colonGroups = /[\da-f:]*:[\da-f:]*:[\da-f:]*/gi;
const hostAndPort = /\b[a-z][\w-]*(?:\.[\w-]+)*:\d{3,5}\b/gi;

/** Text for anybody: addresses of the inside are taken out. */
export function withoutAddresses(text: string): string {
  return text
    .replace(url, '[address]')
    .replace(ipv4, '[address]')
    .replace(colonGroups, (groups) => (isIPv6(groups) ? '[address]' : groups))
    .replace(hostAndPort, '[address]');
}

/** The same for every string in a JSON-like value. */
export function withoutAddressesIn<T>(value: T): T {
  const clean = (inner: unknown): unknown => {
    if (typeof inner === 'string') return withoutAddresses(inner);
    if (Array.isArray(inner)) return inner.map(clean);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, child]) => [key, clean(child)]));
  };
  return clean(value) as T;
}
