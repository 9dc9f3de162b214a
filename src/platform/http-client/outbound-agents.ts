import http from 'node:http';
import https from 'node:https';
import { isIP, isIPv6 } from 'node:net';
import type { AddressGuard } from './address-guard.policy.js';
import { withoutTrailingDots, type Endpoint } from './endpoint.js';
import { guardedLookup, type HostResolver } from './guarded-lookup.js';
import { addressRefused } from './outbound-error.js';
import type { OutboundRequest } from './outbound-request.js';

export interface AgentPair {
  http: http.Agent;
  https: https.Agent;
}

/** Open connections at once to one origin, and to all of them at each trust level. */
const maxSocketsPerOrigin = 64;
const maxSocketsInTotal = 2048;
/** Unused connections are kept this long: less than the 5 s after which many servers close them under our hands. */
const idleSocketMs = 4000;
/** With more connections open than this none is kept unused: others could not connect until its time is up. */
const maxSocketsWhenKeeping = 1024;

const pooling: http.AgentOptions = {
  keepAlive: true,
  maxSockets: maxSocketsPerOrigin,
  maxTotalSockets: maxSocketsInTotal,
  // Addresses that came through the API are many, and each is called by few at once.
  maxFreeSockets: 20,
  timeout: idleSocketMs,
};

/** To the operator's few own services every connection is worth keeping. */
const operatorPooling: http.AgentOptions = { ...pooling, maxFreeSockets: maxSocketsPerOrigin };

/** The connection pools. Trusted and guarded calls never share a connection. */
export class OutboundAgents {
  readonly #agents: Record<OutboundRequest['trust'], AgentPair>;

  constructor(guard: AddressGuard, resolve: HostResolver) {
    this.#agents = {
      operator: { http: new http.Agent(operatorPooling), https: new https.Agent(operatorPooling) },
      caller: {
        http: guarded(sparing(new http.Agent(pooling)), false, guard, resolve),
        https: guarded(sparing(new https.Agent(pooling)), true, guard, resolve),
      },
    };
  }

  of(trust: OutboundRequest['trust']): AgentPair {
    return this.#agents[trust];
  }

  /** Closes every connection, also those in use. */
  destroy(): void {
    for (const pair of Object.values(this.#agents)) {
      pair.http.destroy();
      pair.https.destroy();
    }
  }
}

/** Makes the agent close a connection after use, instead of keeping it, while many are open. */
function sparing<T extends http.Agent>(agent: T): T {
  const counted = agent as T & { totalSocketCount: number };
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => counted.totalSocketCount <= maxSocketsWhenKeeping && keep(socket);
  return agent;
}

/** Makes the agent judge every connection that it opens, whoever asked for it. Literal addresses never reach a lookup. */
function guarded<T extends http.Agent>(agent: T, isSecure: boolean, guard: AddressGuard, resolve: HostResolver): T {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, onConnected) => {
    const host = options.host ?? '';
    const hostname = isIPv6(host) ? `[${host}]` : withoutTrailingDots(host);
    const endpoint: Endpoint = { hostname, port: Number(options.port), isSecure };
    const refusal = isIP(host) === 0 ? undefined : guard.inspectAddress(host, endpoint);
    if (refusal !== undefined) {
      // Not thrown: the agent may be serving its queue, with nobody there to catch. An error comes without a stream.
      (onConnected as (error: Error) => void)(addressRefused(hostname, refusal));
      return undefined;
    }
    return connect({ ...options, lookup: guardedLookup(endpoint, guard, resolve) }, onConnected);
  };
  return agent;
}
