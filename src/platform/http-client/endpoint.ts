/** Where a connection goes. */
export interface Endpoint {
  /** Lower case, without the dots that make a name absolute; an IPv6 address is in brackets. */
  hostname: string;
  port: number;
  isSecure: boolean;
}

/** The endpoint of a parsed http or https URL. */
export function endpointOf(url: URL): Endpoint {
  const isSecure = url.protocol === 'https:';
  return { hostname: withoutTrailingDots(url.hostname), port: Number(url.port) || (isSecure ? 443 : 80), isSecure };
}

/** `campus.edu.` is `campus.edu`. */
export function withoutTrailingDots(hostname: string): string {
  return hostname.replace(/\.+$/, '');
}

/** The host as sockets want it: an IPv6 address without brackets. */
export function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** `URL.parse` of newer Nodes: null instead of an exception. */
export function parseUrl(text: string, base?: URL): URL | null {
  return URL.canParse(text, base?.href) ? new URL(text, base) : null;
}
