import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { Agent, buildConnector, Pool } from 'undici';
import type { AddressGuard } from './address-guard.policy.js';
import { endpointOf } from './endpoint.js';
import { guardedLookup, type HostResolver } from './guarded-lookup.js';
import { addressRefused } from './outbound-error.js';
import { AnswerReader } from './answer-reader.js';
import type { Exchange, ExchangeAnswer, OutboundTransport } from './outbound-transport.js';

/** Open connections at once to one origin. */
const maxConnectionsPerOrigin = 64;
/** Unused connections are kept this long: less than the 5 s after which many servers close them under our hands. */
const idleConnectionMs = 4000;
/** With more connections open than this none is kept unused: they would add up over a thousand endpoints. */
const maxConnectionsWhenKeeping = 1024;

/** Certificate authorities, each with connections of its own; of more than so many the least used are closed. */
const maxAgents = 50;

/** The transport on undici, for calls that come by the thousand (docs/adr/0031). Trusted and guarded calls never share a connection. */
export class UndiciTransport implements OutboundTransport {
  readonly #agents = new LRUCache<string, Agent>({ max: maxAgents, dispose: (agent) => void agent.close() });
  #connections = 0;

  constructor(
    private readonly guard: AddressGuard,
    private readonly resolve: HostResolver,
  ) {}

  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    const { method, url, headers, body, trust, certificateAuthority } = exchange;
    return new Promise((resolve, reject) => {
      const reset = this.#connections > maxConnectionsWhenKeeping;
      const path = `${url.pathname}${url.search}`;
      const request = { origin: url.origin, path, method, headers, body: body ?? null, reset };
      this.#agentFor(trust, certificateAuthority).dispatch(request, new AnswerReader(exchange, resolve, reject));
    });
  }

  close(): void {
    for (const agent of this.#agents.values()) void agent.destroy();
  }

  /** A connection that one authority vouches for is not used by calls that trust others. */
  #agentFor(trust: Exchange['trust'], authority = ''): Agent {
    const key = `${trust} ${authority}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const options: buildConnector.BuildOptions = { timeout: 0, ...(authority !== '' && { ca: authority }) };
    const agent = new Agent({
      connections: maxConnectionsPerOrigin,
      pipelining: 1,
      keepAliveTimeout: idleConnectionMs,
      keepAliveMaxTimeout: idleConnectionMs,
      // The caller's signal bounds the whole exchange.
      headersTimeout: 0,
      bodyTimeout: 0,
      factory: (origin, pooling) => {
        const connect = trust === 'caller' ? this.#guardedConnector(origin, options) : buildConnector(options);
        return new Pool(origin, { ...pooling, connect });
      },
    });
    agent.on('connect', () => (this.#connections += 1));
    agent.on('disconnect', () => (this.#connections -= 1));
    this.#agents.set(key, agent);
    return agent;
  }

  /** Judges every connection that is opened, whoever asked for it. Literal addresses never reach a lookup. */
  #guardedConnector(origin: string | URL, options: buildConnector.BuildOptions): buildConnector.connector {
    const endpoint = endpointOf(new URL(origin));
    const connect = buildConnector({ ...options, lookup: guardedLookup(endpoint, this.guard, this.resolve) });
    return (target, callback) => {
      const refusal = isIP(target.hostname) === 0 ? undefined : this.guard.inspectAddress(target.hostname, endpoint);
      if (refusal === undefined) connect(target, callback);
      else callback(addressRefused(endpoint.hostname, refusal), null);
    };
  }
}
