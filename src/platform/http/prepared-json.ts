import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply } from 'fastify';
import { version } from '../config/project.js';
import { isNamedBy } from './if-none-match.js';
import { sendRepeated } from './repeated-response.js';
import { compressionThresholdBytes, contentEncodings, type ContentEncoding } from './compression.js';

/** One encoding of the body, with the headers that describe it (RFC 9110 section 8.8.3.3: each has an ETag of its own). */
interface Representation {
  readonly etag: string;
  /** Headers: names and values in turn. */
  readonly fields: readonly string[];
  /** The bytes, one character each: Node sends header and body as one string without copying them into a buffer first. */
  readonly wire: string;
  readonly length: string;
  /** All that is the same each time, by the headers that it stands among; `content-length` comes last. */
  readonly around: WeakMap<readonly string[], readonly string[]>;
}

interface PreparedOptions {
  /** How long ago the data was true at its origin, sent as `Age` (RFC 9111 section 5.1); undefined where this process is the origin. */
  ageSeconds?: (() => number | undefined) | undefined;
}

const offered = [...contentEncodings];

const compressions: Record<ContentEncoding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (bytes) => promisify(gzip)(bytes),
};

/**
 * A JSON body that is serialised once and sent to many callers, compressed once for each encoding, with a strong ETag over the bytes
 * of each (RFC 9110 section 8.8.3). A route returns it like any other result; the adapter sends it.
 */
export class PreparedJson {
  /** Before compression. */
  readonly byteLength: number;
  /** Names the body whatever its encoding. */
  readonly hash: string;
  #isWithdrawn = false;
  readonly #identity: Representation;
  readonly #compressed = new Map<ContentEncoding, Representation>();

  constructor(
    value: unknown,
    private readonly options: PreparedOptions = {},
  ) {
    const bytes = Buffer.from(JSON.stringify(value));
    this.byteLength = bytes.length;
    this.hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
    this.#identity = this.#represent(bytes);
  }

  /**
   * The portal's success envelope around data that is the same for everybody. The correlation id differs by request, so it is only
   * in the `x-correlation-id` header.
   *
   * @param members further members of the envelope
   * @param timestamp since when the data has been so
   */
  static enveloped(
    data: unknown,
    message: string,
    { members = {}, timestamp, ageSeconds }: PreparedOptions & { members?: object | undefined; timestamp: Date },
  ): PreparedJson {
    const body = { success: true, data, message, timestamp: timestamp.toISOString(), version, ...members };
    return new PreparedJson(body, { ageSeconds });
  }

  /** Whether its owner has taken it back, because what it tells is no longer so. */
  get isWithdrawn(): boolean {
    return this.#isWithdrawn;
  }

  /** Lets nobody send it any more who still holds it. */
  withdraw(): void {
    this.#isWithdrawn = true;
  }

  /**
   * Sends the body in the best encoding that the caller takes, or 304 when the caller already has it. It is written past Fastify's
   * serialisation and hooks (compression among them), for which nothing is left to do.
   *
   * @param headers names and values in turn; give the same list each time where they are the same
   * @param own those of this response alone
   */
  sendTo(request: IncomingMessage, response: ServerResponse, headers: readonly string[], own: string[] = []): void {
    const encoding = this.#encodingFor(request.headers['accept-encoding']);
    const ready = encoding === null ? this.#identity : this.#compressed.get(encoding);
    const age = this.options.ageSeconds?.();
    if (age !== undefined) own.push('age', String(age));
    if (ready !== undefined) write(request, response, headers, own, ready);
    else if (encoding !== null) {
      void this.#compress(encoding).then((body) => write(request, response, headers, own, body));
    }
  }

  #encodingFor(acceptEncoding: string | string[] | undefined): ContentEncoding | null {
    if (acceptEncoding === undefined || this.byteLength < compressionThresholdBytes) return null;
    return negotiate(String(acceptEncoding), offered);
  }

  async #compress(encoding: ContentEncoding): Promise<Representation> {
    const bytes = await compressions[encoding](Buffer.from(this.#identity.wire, 'latin1'));
    const representation = this.#represent(bytes, encoding);
    this.#compressed.set(encoding, representation);
    return representation;
  }

  #represent(bytes: Buffer, encoding?: ContentEncoding): Representation {
    const etag = encoding === undefined ? `"${this.hash}"` : `"${this.hash}-${encoding}"`;
    const fields = ['cache-control', 'public, max-age=0, must-revalidate', 'etag', etag];
    fields.push('content-type', 'application/json; charset=utf-8');
    if (encoding !== undefined) fields.push('content-encoding', encoding);
    const [wire, length] = [bytes.toString('latin1'), String(bytes.length)];
    return { etag, fields, wire, length, around: new WeakMap() };
  }
}

/** What the reply has got from elsewhere, completed for a body that is there in several encodings: pairs of name and value. */
export function headersAround(reply: FastifyReply): [name: string, value: string][] {
  const { vary, ...others } = reply.getHeaders();
  const varies = vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`;
  return Object.entries({ ...others, vary: varies }).map(([name, value]) => [name, String(value)]);
}

function write(
  { headers: asked, method }: IncomingMessage,
  response: ServerResponse,
  headers: readonly string[],
  own: string[],
  body: Representation,
): void {
  const all = allAround(body, headers);
  if (isNamedBy(asked['if-none-match'], body.etag)) {
    response.writeHead(304, all.slice(0, -2).concat(own)).end();
  } else if (method === 'HEAD') {
    response.writeHead(200, all.concat(own)).end();
  } else {
    sendRepeated(response, all, own, body.wire);
  }
}

function allAround({ around, fields, length }: Representation, headers: readonly string[]): readonly string[] {
  let all = around.get(headers);
  if (all === undefined) {
    all = headers.concat(fields, 'content-length', length);
    around.set(headers, all);
  }
  return all;
}
