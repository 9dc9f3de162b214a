/** Where the instances of a service are, as the operator wrote it. These addresses are trusted. */
export type ServiceAddress =
  | { kind: 'fixed'; url: string }
  /** Every A and AAAA record of the name is an instance. */
  | { kind: 'dns'; hostname: string; port: number; path: string }
  /** Every SRV record is an instance. */
  | { kind: 'srv'; hostname: string; scheme: 'http' | 'https'; path: string };

const form = /^(?:(?<discovery>dns|srv)\+)?(?<url>https?:\/\/\S+)$/;

/**
 * Reads one or several addresses, comma separated: `http://host:port`, `dns+http://name:port`, `srv+http://_svc._tcp.name`.
 *
 * @throws Error that says what is wrong, without quoting an address, since that may hold a password
 */
export function parseServiceAddresses(text: string): ServiceAddress[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const addresses = entries.map((entry, index) => parseAddress(entry, index + 1));
  if (new Set(addresses.map((address) => JSON.stringify(address))).size < addresses.length) {
    throw new Error('names the same address twice');
  }
  return addresses;
}

function parseAddress(entry: string, number: number): ServiceAddress {
  const { discovery, url: text = '' } = form.exec(entry)?.groups ?? {};
  if (!URL.canParse(text)) {
    throw new Error(
      `address ${number} must look like http://host:port, dns+http://name:port or srv+http://_service._tcp.name`,
    );
  }
  const url = new URL(text);
  if (url.search !== '' || url.hash !== '') throw new Error(`address ${number} must have neither query nor fragment`);
  const path = url.pathname.replace(/\/+$/, '');
  if (discovery === undefined) return { kind: 'fixed', url: url.href.replace(/\/+$/, '') };
  if (url.username !== '' || url.password !== '') {
    throw new Error(`address ${number} cannot hold a user name or password: its instances are found by name`);
  }
  const { hostname } = url;
  if (discovery === 'srv') {
    // The parser drops the default port, so the text is looked at.
    if (/^https?:\/\/[^/]*:\d/.test(text))
      throw new Error(`address ${number} needs no port: SRV records tell the port`);
    return { kind: 'srv', hostname, scheme: url.protocol === 'https:' ? 'https' : 'http', path };
  }
  if (url.protocol === 'https:') {
    throw new Error(
      `address ${number} cannot be dns+https: a certificate is for a name, not an address; use https:// or srv+https://`,
    );
  }
  return { kind: 'dns', hostname, port: Number(url.port) || 80, path };
}
