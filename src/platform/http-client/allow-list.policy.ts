import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseUrl, withoutTrailingDots, type Endpoint } from './endpoint.js';

/** The hosts and networks of `OUTBOUND_ALLOW_HOSTS`. Names match exactly: neither parents nor children of a listed name. */
export class AllowList {
  readonly #hosts = new Set<string>();
  readonly #networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];

  /**
   * @param entries `host`, `host:port`, an address (IPv6 in brackets when a port follows) or a CIDR block
   * @throws Error that names an entry which is none of these
   */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const network = parseNetwork(entry);
      if (network === undefined) this.#hosts.add(parseHost(entry));
      else this.#networks.push(network);
    }
  }

  get hasNetworks(): boolean {
    return this.#networks.length > 0;
  }

  hasHost({ hostname, port }: Endpoint): boolean {
    return this.#hosts.has(hostname) || this.#hosts.has(`${hostname}:${port}`);
  }

  /** An IPv4 address inside an IPv6 one does not match an IPv4 network. */
  hasAddress(address: string): boolean {
    if (isIP(address) === 0 || address.includes('%')) return false;
    const parsed = ipaddr.parse(address);
    return this.#networks.some(
      ([network, length]) => network.kind() === parsed.kind() && parsed.match(network, length),
    );
  }
}

function parseNetwork(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  const [address = '', length, ...rest] = entry.split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return undefined;
  const bits = isIP(address) === 4 ? 32 : 128;
  const prefixLength = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  return prefixLength <= bits ? [ipaddr.parse(address), prefixLength] : undefined;
}

const hostWithPort = /^(?<host>[\p{L}\p{N}._-]+|\[[\da-f:.]+\])(?::(?<port>\d{1,5}))?$/iu;

function parseHost(entry: string): string {
  const { host = '', port } = hostWithPort.exec(entry)?.groups ?? {};
  const url = host === '' || Number(port ?? 0) > 65_535 ? null : parseUrl(`http://${host}/`);
  if (url === null) {
    throw new Error(
      `"${entry}" is not a host, host:port or CIDR block; write campus.edu, campus.edu:8443 or 10.1.0.0/16`,
    );
  }
  const hostname = withoutTrailingDots(url.hostname);
  return port === undefined ? hostname : `${hostname}:${Number(port)}`;
}
