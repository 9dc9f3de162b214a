export type OutboundMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call to another system. Only `method`, `url` and `trust` must be given. */
export interface OutboundRequest {
  method: OutboundMethod;
  /** Absolute http or https URL. */
  url: string;
  /** Connection and framing headers (`host`, `content-length`, `connection`, …) are the client's own and are refused here. */
  headers?: Record<string, string>;
  body?: string | Buffer;
  /**
   * `operator`: the address comes from the environment and is called as it is.
   * `caller`: it came through the API, so only public addresses and `OUTBOUND_ALLOW_HOSTS` are called.
   */
  trust: 'operator' | 'caller';
  /** One attempt, from asking for a free slot to the last byte of the body, redirects included. Default 15 000 ms. */
  timeoutMs?: number;
  /** All attempts and the pauses between them. Default: `attempts` times `timeoutMs`. */
  deadlineMs?: number;
  /** How often to try at most. Only idempotent requests are sent again. Default 1. */
  attempts?: number;
  /** Says that a POST or PATCH may be sent twice, for example because it carries an idempotency key. */
  isIdempotent?: boolean;
  /**
   * `refuse` hands a 3xx back as the response it is. `follow` follows up to five redirects; each target is checked, and on
   * another origin nothing but harmless headers goes along. Default `refuse`.
   */
  redirects?: 'refuse' | 'follow';
  /** Of the decompressed body. Default 1 MiB. */
  maxResponseBytes?: number;
  /** What a larger body is: an error, or a response with `isTruncated`. Default `fail`. */
  onLargeResponse?: 'fail' | 'truncate';
  /** Off for callers with a retry schedule of their own, who must reach the upstream when it is due. Default true. */
  hasCircuitBreaker?: boolean;
  /** Such calls come by the hundred a second: they leave past axios. Those to the addresses of a `caller` always do. */
  isFrequent?: boolean;
  /** Cancels the call; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** PEM certificates to trust for this call *instead of* the public authorities. */
  certificateAuthority?: string;
}

/** An answer of the other system, whatever its status. */
export interface OutboundResponse {
  status: number;
  /** Names in lower case; only `set-cookie` is an array. */
  headers: Record<string, string | string[]>;
  /** Decompressed. */
  body: Buffer;
  isTruncated: boolean;
  /** Of the whole call, with retries and redirects. */
  durationMs: number;
  /** Where the answer came from after redirects; without user information. */
  url: string;
}
