import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { createHttpClient } from '../../src/platform/http-client/create-http-client.js';
import type { HostResolver } from '../../src/platform/http-client/guarded-lookup.js';
import type { HttpClient } from '../../src/platform/http-client/http-client.js';
import type { OutboundResponse } from '../../src/platform/http-client/outbound-request.js';
import type { OutboundSettings } from '../../src/platform/http-client/outbound-settings.js';

/**
 * Two servers that an attacker wants to reach from inside, and the attacker's own name server.
 * Call `start` before all tests, `reset` before each, `stop` after all.
 */
export class SsrfRange {
  /** Who got through, as the address that was called and the path. */
  hits: string[] = [];
  /** The names that were resolved. */
  resolved: string[] = [];
  /** What the attacker's names resolve to, one answer after the other; the last one stays. */
  readonly zone: Record<string, string[][]>;
  readonly #servers: Server[] = [];
  readonly #clients: HttpClient[] = [];
  #ports: [number, number] = [0, 0];

  constructor(zone: Record<string, string[]>) {
    this.zone = Object.fromEntries(Object.entries(zone).map(([name, addresses]) => [name, [addresses]]));
  }

  async start(): Promise<void> {
    this.#ports = [await this.#listen(), await this.#listen()];
  }

  reset(): void {
    this.hits = [];
    this.resolved = [];
  }

  stop(): void {
    for (const client of this.#clients) client.onApplicationShutdown();
    for (const server of this.#servers) server.close();
  }

  /** Puts the ports of the two servers for PORT and OTHER. */
  at(text: string): string {
    return text.replaceAll('PORT', String(this.#ports[0])).replaceAll('OTHER', String(this.#ports[1]));
  }

  client(settings: Partial<OutboundSettings> = {}): HttpClient {
    const http = new HttpService(axios.create());
    const client = createHttpClient(http, { allowHosts: [], isHttpsOnly: false, ...settings }, undefined, this.resolve);
    this.#clients.push(client);
    return client;
  }

  readonly resolve: HostResolver = async (hostname) => {
    this.resolved.push(hostname);
    const answers = this.zone[hostname.replace(/\.+$/, '')] ?? [];
    const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };

  /** On two addresses, so that one can be allowed and the other not; redirects to what the query says. */
  async #listen(): Promise<number> {
    let port = 0;
    for (const address of ['127.0.0.1', '127.0.0.2']) {
      const server = createServer((request, response) => {
        this.hits.push(`${address} ${request.url}`);
        const location = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
        response.writeHead(location === null ? 200 : 302, location === null ? {} : { location }).end('secret');
      });
      this.#servers.push(server);
      await once(server.listen(port, address), 'listening');
      port = (server.address() as AddressInfo).port;
    }
    return port;
  }
}

export function get(
  client: HttpClient,
  url: string,
  redirects: 'refuse' | 'follow' = 'refuse',
): Promise<OutboundResponse> {
  return client.request({ method: 'GET', url, trust: 'caller', redirects, timeoutMs: 5000 });
}
