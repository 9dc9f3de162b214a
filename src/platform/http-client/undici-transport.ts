import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { Agent, buildConnector, Pool } from 'undici';
import type { AddressGuard } from './address-guard.policy.js';
import { endpointOf } from './endpoint.js';
import { guardedLookup, type HostResolver } from './guarded-lookup.js';
import { addressRefused } from './outbound-error.js';
import type { Exchange, ExchangeAnswer, OutboundTransport } from './outbound-transport.js';

/** Open connections at once to one origin. */
const maxConnectionsPerOrigin = 64;
/** Unused connections are kept this long: less than the 5 s after which many servers close them under our hands. */
const idleConnectionMs = 4000;
/** With more connections open than this none is kept unused: they would add up over a thousand endpoints. */
const maxConnectionsWhenKeeping = 1024;

/** Certificate authorities with connections of their own; of more than so many the least used are closed. */
const maxAuthorities = 50;

/** The transport on undici, for calls that come by the thousand to addresses that came through the API (docs/adr/0031). */
export class UndiciTransport implements OutboundTransport {
  readonly #agents = new LRUCache<string, Agent>({ max: maxAuthorities, dispose: (agent) => void agent.close() });
  #connections = 0;

  constructor(
    private readonly guard: AddressGuard,
    private readonly resolve: HostResolver,
  ) {}

  async exchange({ method, url, headers, body, certificateAuthority, signal }: Exchange): Promise<ExchangeAnswer> {
    const answer = await this.#agentFor(certificateAuthority).request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers,
      body: body ?? null,
      signal,
      reset: this.#connections > maxConnectionsWhenKeeping,
    });
    return { status: answer.statusCode, headers: answer.headers as ExchangeAnswer['headers'], body: answer.body };
  }

  close(): void {
    for (const agent of this.#agents.values()) void agent.destroy();
  }

  /** A connection that one authority vouches for is not used by calls that trust others. */
  #agentFor(authority = ''): Agent {
    const known = this.#agents.get(authority);
    if (known !== undefined) return known;
    const trusted = authority === '' ? {} : { ca: authority };
    const agent = new Agent({
      connections: maxConnectionsPerOrigin,
      pipelining: 1,
      keepAliveTimeout: idleConnectionMs,
      keepAliveMaxTimeout: idleConnectionMs,
      // The caller's signal bounds the whole exchange.
      headersTimeout: 0,
      bodyTimeout: 0,
      factory: (origin, options) => new Pool(origin, { ...options, connect: this.#connector(origin, trusted) }),
    });
    agent.on('connect', () => (this.#connections += 1));
    agent.on('disconnect', () => (this.#connections -= 1));
    this.#agents.set(authority, agent);
    return agent;
  }

  /** Judges every connection that is opened, whoever asked for it. Literal addresses never reach a lookup. */
  #connector(origin: string | URL, trusted: { ca?: string }): buildConnector.connector {
    const endpoint = endpointOf(new URL(origin));
    const lookup = guardedLookup(endpoint, this.guard, this.resolve);
    const connect = buildConnector({ ...trusted, lookup, timeout: 0 });
    return (options, callback) => {
      const refusal = isIP(options.hostname) === 0 ? undefined : this.guard.inspectAddress(options.hostname, endpoint);
      if (refusal === undefined) connect(options, callback);
      else callback(addressRefused(endpoint.hostname, refusal), null);
    };
  }
}
