import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';

const placeholder = /\{[A-Za-z_]\w*\}/g;

/** The parts of an address that are still to be filled in, such as `{spreadsheetId}`. */
export function placeholdersIn(address: string): string[] {
  return address.match(placeholder) ?? [];
}

/** An http address; its path and query may have placeholders, which must be filled in before it is called. */
export const endpointUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
  .max(2048)
  .superRefine((address, context) => {
    const { username, password, host } = new URL(address);
    if (username !== '' || password !== '') {
      context.addIssue({
        code: 'custom',
        message: 'must hold no user name or password; use authType "basic" and authConfig',
      });
    }
    if (/[{}]|%7[bd]/i.test(host))
      context.addIssue({ code: 'custom', message: 'must not have a placeholder as its host' });
  });

/** The name of a header (RFC 9110 section 5.1). */
export const headerName = z.string().max(128).refine(isHeaderName, 'must be the name of a header, such as X-API-Key');

/** Headers that frame the message or steer the connection; the HTTP client sets them. */
const ownHeaders = /^(host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect)$/i;

/** Headers that carry secrets by their name: those belong into `authConfig`, which is sealed and never shown. */
const secretHeaders =
  /^(proxy-)?authorization$|^(set-)?cookie$|(^|[-_])(token|secret|password|api-?key|signature|hmac)([-_]|$)/i;

/** Headers that may be shown to everybody who may read the configuration. */
export const plainHeaders = z.record(z.string(), z.string().max(4096)).superRefine((headers, context) => {
  const names = Object.keys(headers);
  if (names.length > 50) context.addIssue({ code: 'custom', message: 'must have at most 50 headers' });
  for (const name of names) {
    const problem = problemWith(name, headers[name] ?? '');
    if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem });
  }
});

function problemWith(name: string, value: string): string | undefined {
  if (!isHeaderName(name)) return 'is not the name of a header';
  if (ownHeaders.test(name)) return 'is set by the HTTP client itself';
  if (isSecretHeader(name)) return 'would be shown to readers; put it into authConfig, with a fitting authType';
  return isHeaderValue(value) ? undefined : 'has characters that a header cannot hold';
}

/** Whether a header carries a secret, by its name. */
export function isSecretHeader(name: string): boolean {
  return secretHeaders.test(name);
}

function isHeaderName(name: string): boolean {
  return succeeds(() => validateHeaderName(name));
}

export function isHeaderValue(value: string): boolean {
  return succeeds(() => validateHeaderValue('value', value));
}

function succeeds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
