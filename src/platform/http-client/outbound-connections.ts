import { connect, isIP, isIPv6, type LookupFunction, type Socket } from 'node:net';
import type { OnApplicationShutdown } from '@nestjs/common';
import { AddressGuard, type AddressRefusal } from './address-guard.policy.js';
import { endpointOf, parseUrl, withoutBrackets, type Endpoint } from './endpoint.js';
import { guardedLookup, systemResolver, type HostResolver } from './guarded-lookup.js';
import { OutboundAgents, type AgentPair } from './outbound-agents.js';
import { addressRefused, requestInvalid, upstreamFailed, upstreamTimedOut } from './outbound-error.js';
import type { OutboundSettings } from './outbound-settings.js';
import { upstreamFailureOf } from './failure-reason.js';

/** What a connection is opened for. */
export interface ConnectionRequest {
  /** A name or an address, as it came through the API. */
  host: string;
  port: number;
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Connections for clients that speak another protocol than HTTP (databases, SFTP), or that bring their own HTTP (S3). They go where
 * the guard lets HTTP go, and to the very address that was judged.
 */
export class OutboundConnections implements OnApplicationShutdown {
  readonly #guard: AddressGuard;
  readonly #agents: OutboundAgents;
  readonly #ownStores: Endpoint[];

  /** @param ownStores URLs of what this application keeps its own data in: refused, also when public, unless the operator names them */
  constructor(
    settings: OutboundSettings,
    ownStores: readonly (string | undefined)[] = [],
    private readonly resolve: HostResolver = systemResolver,
  ) {
    this.#guard = new AddressGuard(settings);
    this.#agents = new OutboundAgents(this.#guard, resolve);
    this.#ownStores = ownStores.flatMap(endpointOfStore);
  }

  /** Judges each connection; for clients that take agents of `node:http`. */
  get agents(): AgentPair {
    return this.#agents.of('caller');
  }

  /**
   * Opens a TCP connection.
   *
   * @throws OutboundError `http-client.address-refused` (invalid), `…upstream-failed`, `…upstream-timeout`
   * @throws AppError `http-client.request-invalid` when the host is none
   * @throws the reason of `signal` once that is aborted
   */
  async open({ host, port, timeoutMs, signal }: ConnectionRequest): Promise<Socket> {
    signal?.throwIfAborted();
    const url = parseUrl(`https://${isIPv6(host) ? `[${host}]` : host}:${port}/`);
    if (url === null || url.pathname !== '/' || url.username !== '') throw requestInvalid(`"${host}" is not a host`);
    const endpoint = endpointOf(url);
    const refusal = this.#guard.inspectUrl(url);
    if (refusal !== undefined) throw addressRefused(endpoint.hostname, refusal);
    const own = await this.#addressesOfOwnStores(port);
    const address = withoutBrackets(endpoint.hostname);
    const isOwn = (each: string): boolean => own.has(each) && !this.#guard.isAllowed(each, endpoint);
    if (isOwn(address)) throw addressRefused(endpoint.hostname, 'own-store');
    const lookup = refusing(guardedLookup(endpoint, this.#guard, this.resolve), isOwn, endpoint);
    return new Promise((settle, reject) => {
      const socket = connect({ host: address, port, ...(isIP(address) === 0 && { lookup }), noDelay: true });
      const timer = setTimeout(() => socket.destroy(upstreamTimedOut(endpoint.hostname, timeoutMs)), timeoutMs);
      const stop = (): void => void socket.destroy(signal?.reason as Error);
      signal?.addEventListener('abort', stop, { once: true });
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
      };
      const fail = (error: unknown): void => {
        done();
        const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string';
        const isOurs = error === signal?.reason || (isCoded && String(error.code).startsWith('http-client.'));
        reject(isOurs ? error : upstreamFailed(endpoint.hostname, upstreamFailureOf(error), error));
      };
      socket.once('error', fail);
      socket.once('connect', () => {
        done();
        // Whoever asked for it may not listen yet when it breaks, and an error that nobody hears ends the process.
        socket.on('error', () => undefined);
        socket.off('error', fail);
        settle(socket);
      });
    });
  }

  onApplicationShutdown(): void {
    this.#agents.destroy();
  }

  async #addressesOfOwnStores(port: number): Promise<Set<string>> {
    const found = this.#ownStores
      .filter((store) => store.port === port)
      .map(async ({ hostname }): Promise<string[]> => {
        if (isIP(withoutBrackets(hostname)) !== 0) return [withoutBrackets(hostname)];
        // A store of ours whose name does not resolve is not reached by anybody.
        const addresses = await this.resolve(hostname).catch(() => []);
        return addresses.map(({ address }) => address);
      });
    return new Set((await Promise.all(found)).flat());
  }
}

/** A lookup that also refuses some addresses. */
function refusing(lookup: LookupFunction, isOwn: (address: string) => boolean, endpoint: Endpoint): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
      const refusal: AddressRefusal = 'own-store';
      if (error === null && addresses.some(isOwn)) callback(addressRefused(endpoint.hostname, refusal), '');
      else callback(error, found, family);
    });
  };
}

const defaultPorts: Record<string, string> = {
  'postgres:': '5432',
  'postgresql:': '5432',
  'redis:': '6379',
  'rediss:': '6379',
};

function endpointOfStore(address: string | undefined): Endpoint[] {
  const store = address === undefined ? null : parseUrl(address);
  const port = store === null ? '' : store.port || (defaultPorts[store.protocol] ?? '');
  const url = store === null || store.hostname === '' ? null : parseUrl(`https://${store.hostname}:${port}/`);
  return url === null ? [] : [endpointOf(url)];
}
