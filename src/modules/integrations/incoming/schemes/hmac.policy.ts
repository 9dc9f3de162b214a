import { isAnyEqual, messageCode, type MacAlgorithm, type MacEncoding } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';
import { timestampRefusal } from './timestamp-window.policy.js';

/** How a sender that is none of the known ones signs with an HMAC. Header names are in lower case. */
export interface HmacSettings {
  header: string;
  algorithm: MacAlgorithm;
  encoding: MacEncoding;
  /** What stands before the code in the header, such as `sha256=`. */
  prefix: string;
  keyEncoding: 'text' | 'hex' | 'base64';
  /** What is signed: `{body}`, and `{timestamp}` when there is a header for it, among other text. */
  payload: string;
  timestamp?: { header: string; unit: 'seconds' | 'milliseconds' } | undefined;
}

/** The general HMAC scheme. Without a timestamp, a repeated request is recognised by its delivery id only. */
export function verifyHmac(
  { headers, body, now }: SignedRequest,
  keys: readonly string[],
  { header, algorithm, encoding, prefix, keyEncoding, payload, timestamp }: HmacSettings,
): Verdict {
  const given = headerOf(headers, header);
  if (given === undefined) return 'signature-missing';
  const time = timestamp && headerOf(headers, timestamp.header);
  const refusal = timestamp && timestampRefusal(time, now, timestamp.unit);
  if (refusal) return refusal;
  if (!given.startsWith(prefix)) return 'signature-wrong';
  const parts = payload
    .split(/(\{body\}|\{timestamp\})/)
    .map((part) => (part === '{body}' ? body : part === '{timestamp}' ? (time ?? '') : part));
  const expected = keys.map((key) => {
    return messageCode(keyEncoding === 'text' ? key : Buffer.from(key, keyEncoding), parts, encoding, algorithm);
  });
  return isAnyEqual(expected, [normalised(given.slice(prefix.length), encoding)]) ? 'verified' : 'signature-wrong';
}

/** Senders write hex in both cases, and base64url with or without padding. */
function normalised(code: string, encoding: MacEncoding): string {
  if (encoding === 'hex') return code.toLowerCase();
  return encoding === 'base64url' ? code.replace(/=+$/, '') : code;
}
