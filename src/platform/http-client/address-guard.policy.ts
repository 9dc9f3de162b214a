import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { AllowList } from './allow-list.policy.js';
import { endpointOf, withoutBrackets, type Endpoint } from './endpoint.js';
import type { OutboundSettings } from './outbound-settings.js';
import { isPublicAddress } from './public-address.policy.js';

/** Why an address that came through the API is not called. */
export type AddressRefusal =
  'scheme-not-allowed' | 'credentials-in-url' | 'local-name' | 'not-public' | 'https-required' | 'own-store';

/**
 * Decides which addresses that came through the API may be called (server-side request forgery, CWE-918).
 *
 * It judges what the WHATWG URL parser made of the text, which is what the connection uses too: decimal, octal, hexadecimal and
 * short IPv4 forms, full-width digits and percent-encoding have become plain addresses by then. A name is judged twice: as a
 * name by `inspectUrl`, and by each address it resolves to, when the connection is made, by `inspectAddress`.
 */
export class AddressGuard {
  readonly #allowed: AllowList;
  readonly #isHttpsOnly: boolean;
  /** Verdicts by scheme, host and port, which is all that they depend on. */
  readonly #verdicts = new LRUCache<string, { refusal: AddressRefusal | undefined }, URL>({
    max: 1000,
    memoMethod: (_key, _stale, { context }) => ({ refusal: this.#inspectHost(context) }),
  });

  /** @throws Error that names the first entry of `allowHosts` which is not understood */
  constructor(settings: OutboundSettings) {
    this.#allowed = new AllowList(settings.allowHosts);
    this.#isHttpsOnly = settings.isHttpsOnly;
  }

  /** What is wrong with the URL as far as that shows without resolving its host. */
  inspectUrl(url: URL): AddressRefusal | undefined {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'scheme-not-allowed';
    if (url.username !== '' || url.password !== '') return 'credentials-in-url';
    return this.#verdicts.memo(`${url.protocol}//${url.host}`, { context: url }).refusal;
  }

  /** What is wrong with connecting to this address for this endpoint. */
  inspectAddress(address: string, endpoint: Endpoint): AddressRefusal | undefined {
    if (this.isAllowed(address, endpoint)) return undefined;
    if (!isPublicAddress(address)) return 'not-public';
    return this.#isHttpsOnly && !endpoint.isSecure ? 'https-required' : undefined;
  }

  /** Whether the operator has named the endpoint or the address. */
  isAllowed(address: string, endpoint: Endpoint): boolean {
    return this.#allowed.hasHost(endpoint) || this.#allowed.hasAddress(address);
  }

  #inspectHost(url: URL): AddressRefusal | undefined {
    const endpoint = endpointOf(url);
    const address = withoutBrackets(endpoint.hostname);
    if (isIP(address) !== 0) return this.inspectAddress(address, endpoint);
    if (this.#allowed.hasHost(endpoint)) return undefined;
    if (isLocalName(endpoint.hostname)) return 'local-name';
    // The name may yet resolve into an allowed network, so plain http can only be judged here when there is none.
    if (this.#isHttpsOnly && !endpoint.isSecure && !this.#allowed.hasNetworks) return 'https-required';
    return undefined;
  }
}

/** `localhost` and what is below it always mean this machine (RFC 6761 section 6.3). */
function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
