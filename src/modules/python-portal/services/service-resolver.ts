import type { ServiceAddress } from '../../../platform/config/service-addresses.js';
import type { NameService } from '../../../platform/http-client/name-service.js';
import { afterLookup, nothingDiscovered, type Discovery, type Lookup } from './discovery.policy.js';

/** Finds the instances of a service: fixed addresses, and what DNS tells. */
export class ServiceResolver {
  readonly #fixed: string[];
  readonly #named: ServiceAddress[];
  /** One for each name, so that one name that cannot be resolved does not hold back the others. */
  readonly #discoveries: Discovery[];

  constructor(
    addresses: ServiceAddress[],
    private readonly names: NameService,
    private readonly nowMs: () => number,
  ) {
    this.#fixed = addresses.flatMap((address) => (address.kind === 'fixed' ? [address.url] : []));
    this.#named = addresses.filter(({ kind }) => kind !== 'fixed');
    this.#discoveries = this.#named.map(() => nothingDiscovered);
  }

  /** What is known now, the last good answer of each name. */
  get urls(): string[] {
    return [...this.#fixed, ...this.#discoveries.flatMap(({ urls }) => urls)];
  }

  /** How long until a name has to be looked up again; undefined when there are only fixed addresses. */
  get nextLookupInMs(): number | undefined {
    if (this.#discoveries.length === 0) return undefined;
    return Math.max(0, Math.min(...this.#discoveries.map(({ nextLookupAtMs }) => nextLookupAtMs)) - this.nowMs());
  }

  /** Looks up what is due. @returns what went wrong, for the log */
  async refresh(): Promise<Error[]> {
    const problems: Error[] = [];
    const refreshOne = async (discovery: Discovery, index: number): Promise<void> => {
      if (discovery.nextLookupAtMs > this.nowMs()) return;
      const lookup = await this.#lookUp(this.#named[index] as ServiceAddress).catch((error: unknown) => {
        problems.push(error as Error);
        return undefined;
      });
      this.#discoveries[index] = afterLookup(discovery, lookup, this.nowMs());
    };
    await Promise.all(this.#discoveries.map(refreshOne));
    return problems;
  }

  async #lookUp(address: ServiceAddress): Promise<Lookup> {
    if (address.kind === 'srv') {
      const { records, ttlSeconds } = await this.names.services(address.hostname);
      const urls = records.map(({ name, port }) => `${address.scheme}://${name}:${port}${address.path}`);
      return { urls, ttlMs: ttlSeconds * 1000 };
    }
    if (address.kind === 'fixed') return { urls: [address.url], ttlMs: Infinity };
    const { addresses, ttlSeconds } = await this.names.addresses(address.hostname);
    const hosts = addresses.map((host) => (host.includes(':') ? `[${host}]` : host));
    return { urls: hosts.map((host) => `http://${host}:${address.port}${address.path}`), ttlMs: ttlSeconds * 1000 };
  }
}
