import type { AttemptLimit } from './attempt-limit.js';
import type { OutboundMethod, OutboundRequest } from './outbound-request.js';
import type { BodyLimit, ReadBody } from './read-body.js';

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
  /** Ends it, in whatever state it is. */
  limit: AttemptLimit;
  /** How much of the body is wanted, as it is sent, once the head is there. */
  bodyLimit: (head: AnswerHead) => BodyLimit;
}

export interface AnswerHead {
  status: number;
  headers: Record<string, string | string[]>;
}

/** The body is as it was sent. */
export interface ExchangeAnswer extends AnswerHead, ReadBody {}

/** The library that moves the bytes. It never follows redirects, uses no proxy and rejects with the error of the network. */
export interface OutboundTransport {
  /** @throws BodyTooLargeError */
  exchange(exchange: Exchange): Promise<ExchangeAnswer>;
  /** Closes all connections. */
  close(): void;
}
