import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { AttemptLimit } from './attempt-limit.js';

export interface BodyLimit {
  maxBytes: number;
  onExcess: 'fail' | 'truncate';
}

export interface ReadBody {
  body: Buffer;
  isTruncated: boolean;
}

/** There is more than the limit. */
export class BodyTooLargeError extends Error {}

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
};

/** What `decodersOf` understands, for the `accept-encoding` header. */
export const acceptedEncodings = 'gzip, br';

/**
 * The decoders for a `content-encoding` header, in the order to apply. Undefined when the body has to stay as it is, because
 * it is not encoded or in a way that was not asked for. Two codings are the most that anyone needs: a chain multiplies work.
 */
export function decodersOf(contentEncoding: string | undefined): (() => Transform)[] | undefined {
  if (contentEncoding === undefined) return undefined;
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  const chain = codings.toReversed().map((coding) => decoders[coding]);
  return chain.length <= 2 && chain.every((decoder) => decoder !== undefined) ? chain : undefined;
}

/** What a body of so many bytes takes at most when it is encoded: none of the codings makes one grow by more than a part of this. */
export function encodedLimit({ maxBytes, onExcess }: BodyLimit): BodyLimit {
  return { maxBytes: maxBytes + Math.ceil(maxBytes / 256) + 1024, onExcess };
}

/**
 * Decodes a body in bounded memory, however far it unfolds, and no longer than the attempt may take.
 *
 * @throws BodyTooLargeError, the error of the decoder, or any error once the attempt is over
 */
export function decodeBody(
  body: Buffer,
  limit: BodyLimit,
  chain: (() => Transform)[],
  attempt: AttemptLimit,
): Promise<ReadBody> {
  // Errors arrive at the last stream as well, hence the empty callback.
  const decoded = chain.reduce<Readable>(
    (stream, create) => pipeline(stream, create(), () => {}),
    Readable.from([body]),
  );
  attempt.onOver(() => void decoded.destroy());
  return readBody(decoded, limit);
}

/**
 * Reads a body in bounded memory. Leaving early closes the connection, so nobody goes on sending to us. By events, which costs a third of
 * what iterating does.
 *
 * @throws BodyTooLargeError, or the error of the network
 */
export function readBody(source: Readable, limit: BodyLimit): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const collected = new CollectedBody(limit);
    source.on('data', (chunk: Buffer) => {
      if (collected.add(chunk)) return;
      if (limit.onExcess === 'fail') reject(new BodyTooLargeError());
      else resolve(collected.read());
      source.destroy();
    });
    source.on('end', () => resolve(collected.read()));
    source.on('error', reject);
    source.on('close', () => {
      if (!source.readableEnded) reject(new PrematureEnd());
    });
  });
}

/** The beginning of a body. */
export class CollectedBody {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(readonly limit: BodyLimit) {}

  /** @returns false when it was more than the limit */
  add(chunk: Buffer): boolean {
    const room = this.limit.maxBytes - this.#bytes;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#bytes += chunk.length;
    return chunk.length <= room;
  }

  read(): ReadBody {
    return { body: Buffer.concat(this.#chunks), isTruncated: this.#bytes > this.limit.maxBytes };
  }
}

/** The sender went away in the middle. */
class PrematureEnd extends Error {
  readonly code = 'ERR_STREAM_PREMATURE_CLOSE';
}
