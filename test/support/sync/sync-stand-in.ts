import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in answers instead of a page or an acceptance. */
export interface SyncTrouble {
  status?: number;
  retryAfterSeconds?: number;
  /** Never answers. */
  hangs?: boolean;
}

export interface ReceivedBatch {
  path: string;
  id: string;
  items: { key: string; data: Record<string, unknown>; isDeleted: boolean }[];
}

/** What one source of the stand-in holds; each path is a source of its own. */
export interface SourceState {
  records: Map<string, Record<string, unknown>>;
  pageSize: number;
  /** Whether the end of a pass says that everything was in it. */
  isFull: boolean;
  /** Members of the next pages besides records. */
  extra: { rejected?: object[]; pauseMs?: number };
  /** Before each answer. */
  delayMs: number;
}

/**
 * A system that records are pulled from and pushed to: a real HTTP server that speaks as {@link StandInConnector} expects. It remembers
 * what it was asked and sent, and can be told to misbehave.
 */
export class SyncStandIn {
  /** Pages that were asked for, by path. */
  readonly reads: { path: string; offset: number; isResumed: boolean }[] = [];
  readonly batches: ReceivedBatch[] = [];
  /** Requests under way now. */
  open = 0;
  /** Of items that are not taken, by key; `isRetryable` decides about trying again. */
  readonly refusals = new Map<string, { reason: string; isRetryable: boolean }>();
  private readonly sources = new Map<string, SourceState>();
  private readonly troubles = new Map<string, SyncTrouble[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SyncStandIn> {
    const server = createServer();
    const standIn = new SyncStandIn(server);
    server.on('request', (request, response) => void standIn.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  source(path: string): SourceState {
    const known = this.sources.get(path) ?? { records: new Map(), pageSize: 100, isFull: true, extra: {}, delayMs: 0 };
    this.sources.set(path, known);
    return known;
  }

  /** Answers the next requests to a path like this, then as usual. */
  troubleNext(path: string, ...troubles: SyncTrouble[]): void {
    this.troubles.set(path, [...(this.troubles.get(path) ?? []), ...troubles]);
  }

  forgetTroubles(): void {
    this.troubles.clear();
    this.refusals.clear();
  }

  batchesTo(path: string): ReceivedBatch[] {
    return this.batches.filter((batch) => batch.path === path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open += 1;
    response.on('close', () => (this.open -= 1));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const path = url.pathname;
    const body =
      request.method === 'POST'
        ? this.take(path, JSON.parse(Buffer.concat(chunks).toString('utf8')) as Omit<ReceivedBatch, 'path'>)
        : this.read(path, Number(url.searchParams.get('offset')), url.searchParams.get('resumed') === 'true');
    const trouble = this.troubles.get(path)?.shift();
    if (trouble?.hangs === true) return;
    if (this.source(path).delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.source(path).delayMs));
    if (trouble?.retryAfterSeconds !== undefined) response.setHeader('retry-after', trouble.retryAfterSeconds);
    response.writeHead(trouble?.status ?? 200, { 'content-type': 'application/json' });
    response.end(trouble?.status === undefined ? JSON.stringify(body) : '{}');
  }

  private read(path: string, offset: number, isResumed: boolean): object {
    this.reads.push({ path, offset, isResumed });
    const { records, pageSize, isFull, extra } = this.source(path);
    const all = [...records].map(([key, data]) => ({ key, data }));
    const next = offset + pageSize < all.length ? offset + pageSize : null;
    return { records: all.slice(offset, offset + pageSize), next, isFull, ...extra };
  }

  private take(path: string, batch: Omit<ReceivedBatch, 'path'>): object {
    this.batches.push({ path, ...batch });
    const refused = batch.items.flatMap(({ key }) => {
      const refusal = this.refusals.get(key);
      return refusal === undefined ? [] : [{ key, ...refusal }];
    });
    return { refused };
  }
}
