import type { AddressRefusal } from './address-guard.policy.js';

/** How an exchange with an upstream broke. */
export type UpstreamFailure =
  | 'timeout'
  | 'name-not-resolved'
  | 'connection-refused'
  | 'connection-reset'
  | 'connection-failed'
  | 'unreachable'
  | 'tls-failed'
  | 'protocol-violated'
  | 'encoding-broken';

/** Why a call had no response. Few and stable, so they can label a metric. */
export type FailureReason =
  UpstreamFailure | AddressRefusal | 'response-too-large' | 'redirect-refused' | 'circuit-open' | 'overloaded';

const reasonOfCode: Record<string, UpstreamFailure> = {
  ENOTFOUND: 'name-not-resolved',
  EAI_AGAIN: 'name-not-resolved',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ERR_STREAM_PREMATURE_CLOSE: 'connection-reset',
  UND_ERR_SOCKET: 'connection-reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EPROTO: 'tls-failed',
  UND_ERR_HEADERS_OVERFLOW: 'protocol-violated',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol-violated',
};

const reasonOfCodePattern: readonly [RegExp, UpstreamFailure][] = [
  [/^HPE_/, 'protocol-violated'],
  [/^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/, 'tls-failed'],
  [/^(Z_|ERR_(BROTLI_DECODER)?_ERROR_)/, 'encoding-broken'],
];

/** Names the failure by the code that Node or undici put on the error. Of what is no HTTP at all undici tells only by the error's name. */
export function upstreamFailureOf(error: unknown): UpstreamFailure {
  const { code = '', name } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (name === 'HTTPParserError') return 'protocol-violated';
  return reasonOfCode[code] ?? reasonOfCodePattern.find(([pattern]) => pattern.test(code))?.[1] ?? 'connection-failed';
}
