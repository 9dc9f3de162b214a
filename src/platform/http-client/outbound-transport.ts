import type { Readable } from 'node:stream';
import type { OutboundMethod, OutboundRequest } from './outbound-request.js';

/** One request on the wire: no retry, no redirect, no decompression. */
export interface Exchange {
  method: OutboundMethod;
  url: URL;
  headers: Record<string, string>;
  body: Buffer | undefined;
  /** Chooses the guarded or the trusted connections. */
  trust: OutboundRequest['trust'];
  isFrequent: boolean;
  certificateAuthority: string | undefined;
  signal: AbortSignal;
}

export interface ExchangeAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  /** The body as it was sent. Whoever asked must read or destroy it. */
  body: Readable;
}

/** The library that moves the bytes. It never follows redirects, uses no proxy and rejects with the error of the network. */
export interface OutboundTransport {
  exchange(exchange: Exchange): Promise<ExchangeAnswer>;
  /** Closes all connections. */
  close(): void;
}
