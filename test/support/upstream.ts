import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers one request; `response.socket` gives the raw connection to those who want to break it. */
export type UpstreamHandler = (
  request: ReceivedRequest,
  response: ServerResponse & { socket: Socket },
) => void | Promise<void>;

/** A real HTTP server on a port of its own that records what reaches it and behaves as badly as the test wants. */
export class Upstream {
  readonly requests: ReceivedRequest[] = [];
  /** Connections accepted so far. */
  connections = 0;
  readonly #open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(handle: UpstreamHandler, tls?: { key: string; cert: string }): Promise<Upstream> {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      void upstream.#answer(request, response as ServerResponse & { socket: Socket }, handle);
    };
    const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const upstream = new Upstream(server, `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`);
    server.on('connection', (socket: Socket) => upstream.#accept(socket));
    return upstream;
  }

  /** Connections that are open now. */
  get openConnections(): number {
    return this.#open.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket)).on('error', () => {});
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse & { socket: Socket },
    handle: UpstreamHandler,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(received);
    await handle(received, response);
  }
}
