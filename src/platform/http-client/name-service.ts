import { Resolver } from 'node:dns/promises';

/** Node does not tell the TTL of SRV records. */
const srvTtlSeconds = 30;

export interface FoundAddresses {
  addresses: string[];
  /** The shortest of all records. */
  ttlSeconds: number;
}

export interface FoundServices {
  records: { name: string; port: number }[];
  ttlSeconds: number;
}

/** Asks DNS for the records behind a name that the operator configured, past the hosts file and search domains. */
export class NameService {
  readonly #resolver = new Resolver({ timeout: 2000, tries: 2 });

  /** @param servers `host:port` of DNS servers; the machine's own when left out */
  constructor(servers?: string[]) {
    if (servers !== undefined) this.#resolver.setServers(servers);
  }

  /**
   * The A and AAAA records of a name.
   *
   * @throws Error with a `code` when neither can be had
   */
  async addresses(hostname: string): Promise<FoundAddresses> {
    const [four, six] = await Promise.allSettled([
      this.#resolver.resolve4(hostname, { ttl: true }),
      this.#resolver.resolve6(hostname, { ttl: true }),
    ]);
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
    const records = [four, six].flatMap((settled) => (settled.status === 'fulfilled' ? settled.value : []));
    return {
      addresses: records.map(({ address }) => address),
      ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)),
    };
  }

  /**
   * The SRV records of the best priority (RFC 2782); weights are not used, since balancing goes by latency.
   *
   * @throws Error with a `code` when there are none
   */
  async services(hostname: string): Promise<FoundServices> {
    const all = await this.#resolver.resolveSrv(hostname);
    const best = Math.min(...all.map(({ priority }) => priority));
    const records = all.filter(({ priority }) => priority === best).map(({ name, port }) => ({ name, port }));
    return { records, ttlSeconds: srvTtlSeconds };
  }

  /** Gives up what is being asked. */
  close(): void {
    this.#resolver.cancel();
  }
}
