import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { envelopeOf, Enveloped } from './envelope.js';
import { isNamedBy } from './if-none-match.js';

/** A JSON object of which a part is the same for everybody: serialised once, open at its end for the caller's own members. */
export class OpenJson {
  /** The object without its closing brace. */
  readonly bytes: Buffer;
  readonly hash: string;

  /** @param value an object with at least one member */
  constructor(value: object) {
    this.bytes = Buffer.from(JSON.stringify(value).slice(0, -1));
    this.hash = createHash('sha256').update(this.bytes).digest('base64url').slice(0, 27);
  }
}

/** What everybody gets of an object, and the JSON of what one caller gets beside it. */
export interface PersonalItem {
  readonly shared: OpenJson;
  readonly own: Readonly<Record<string, unknown>>;
}

/**
 * An answer in the portal's envelope that is one caller's alone, put together from text that is there already. No shared cache keeps
 * it. Its ETag is weak (RFC 9110 section 8.8.1): two answers under one ETag differ in time, correlation id and encoding only.
 */
export class PersonalJson {
  /**
   * @param data an item, or a list of them
   * @param ageSeconds how long ago the shared part was true at its origin; undefined where this process is the origin
   */
  constructor(
    private readonly data: PersonalItem | readonly PersonalItem[],
    private readonly message: string,
    private readonly members: Readonly<Record<string, unknown>> = {},
    private readonly ageSeconds?: number,
  ) {}

  /** Sends the body, or 304 when the caller already has it: then it is not even put together. */
  sendTo(reply: FastifyReply): void {
    const texts = this.items.map(({ own }) => `,${JSON.stringify(own).slice(1)}`);
    const etag = this.etagOver(texts);
    reply.header('cache-control', 'private, no-cache').header('etag', etag);
    if (this.ageSeconds !== undefined) reply.header('age', String(this.ageSeconds));
    if (isNamedBy(reply.request.headers['if-none-match'], etag)) void reply.code(304).send();
    else void reply.type('application/json; charset=utf-8').send(this.bodyWith(texts));
  }

  private get items(): readonly PersonalItem[] {
    return Array.isArray(this.data) ? (this.data as readonly PersonalItem[]) : [this.data as PersonalItem];
  }

  private etagOver(texts: string[]): string {
    const hash = createHash('sha256').update(JSON.stringify([this.message, this.members]));
    this.items.forEach(({ shared }, at) => hash.update(shared.hash).update(texts[at] ?? ''));
    return `W/"${hash.digest('base64url').slice(0, 27)}"`;
  }

  private bodyWith(texts: string[]): Buffer {
    const { success, data: _, ...rest } = envelopeOf(new Enveloped(null, this.members), this.message);
    const isList = Array.isArray(this.data);
    const parts: Uint8Array[] = [Buffer.from(`{"success":${success},"data":${isList ? '[' : ''}`)];
    this.items.forEach(({ shared }, at) => parts.push(shared.bytes, Buffer.from(`${texts[at]}${this.separator(at)}`)));
    parts.push(Buffer.from(`${isList ? ']' : ''},${JSON.stringify(rest).slice(1)}`));
    return Buffer.concat(parts);
  }

  private separator(at: number): string {
    return at < this.items.length - 1 ? ',' : '';
  }
}
