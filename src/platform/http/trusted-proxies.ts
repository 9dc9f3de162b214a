import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import proxyAddr from '@fastify/proxy-addr';

/**
 * Who sent a request and by which scheme: what the connection says, or what a trusted proxy at its other end says of it. The same as
 * Fastify's `ip` and `protocol`, for requests that have not reached Fastify.
 */
export class TrustedProxies {
  readonly #trusts: ((address: string, hop: number) => boolean) | undefined;

  /** @param proxies addresses, networks, or names that proxy-addr knows (`loopback`); none: nobody is believed */
  constructor(proxies: string[]) {
    this.#trusts = proxies.length === 0 ? undefined : proxyAddr.compile(proxies);
  }

  /** Undefined when the connection is already gone. */
  clientOf(request: IncomingMessage): string | undefined {
    return this.#trusts === undefined ? request.socket.remoteAddress : proxyAddr.all(request, this.#trusts).at(-1);
  }

  schemeOf({ headers, socket }: IncomingMessage): string {
    const forwarded = headers['x-forwarded-proto'];
    if (forwarded !== undefined && this.#trusts?.(socket.remoteAddress ?? '', 0) === true) {
      return String(forwarded).split(',').at(-1)?.trim() ?? '';
    }
    return (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
  }
}
