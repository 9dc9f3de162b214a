import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What the receiver does with one request. */
export interface Reaction {
  /** 200 when left out. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Before it answers. */
  delayMs?: number;
  /** Never answers. */
  hangs?: boolean;
  /** Breaks the connection instead of answering. */
  resets?: boolean;
}

/** A request as it arrived. */
export interface ReceivedDelivery {
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  json: any;
  receivedAt: Date;
}

/**
 * A system that receives webhooks: a real HTTP server that remembers every request, checks signatures with the library of
 * Standard Webhooks, and can be told to misbehave. The tests and the demonstration use it.
 */
export class WebhookReceiver {
  readonly deliveries: ReceivedDelivery[] = [];
  /** The most requests that were under way together. */
  mostAtOnce = 0;
  private underWay = 0;
  private readonly script: Reaction[] = [];
  private otherwise: Reaction = {};

  private constructor(private readonly server: Server) {}

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      receiver.underWay += 1;
      receiver.mostAtOnce = Math.max(receiver.mostAtOnce, receiver.underWay);
      response.on('close', () => (receiver.underWay -= 1));
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        receiver.deliveries.push({
          path: request.url ?? '/',
          headers: request.headers,
          body,
          json: parsed(body),
          receivedAt: new Date(),
        });
        react(response, receiver.script.shift() ?? receiver.otherwise);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** The address of a path on this server. */
  url(path = '/'): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** Reacts to the next requests in this order, then as `reactAlways` says. */
  reactNext(...reactions: Reaction[]): void {
    this.script.push(...reactions);
  }

  reactAlways(reaction: Reaction): void {
    this.otherwise = reaction;
  }

  /** Requests to one path, the oldest first. */
  deliveriesTo(path: string): ReceivedDelivery[] {
    return this.deliveries.filter((delivery) => delivery.path === path);
  }

  /** Forgets what it received and how it was to react. */
  reset(): void {
    this.deliveries.length = 0;
    this.script.length = 0;
    this.otherwise = {};
    this.mostAtOnce = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/**
 * Checks a delivery as its receiver would.
 *
 * @param secret `whsec_…`
 * @returns the payload
 * @throws WebhookVerificationError when the signature does not fit, or its time is more than five minutes away
 */
export function verifyDelivery(delivery: ReceivedDelivery, secret: string): unknown {
  return new Webhook(secret).verify(delivery.body, delivery.headers as Record<string, string>);
}

function react(
  response: ServerResponse,
  { status = 200, headers, body = 'ok', delayMs = 0, hangs, resets }: Reaction,
): void {
  if (hangs === true) return;
  if (resets === true) {
    response.socket?.destroy();
    return;
  }
  setTimeout(() => response.writeHead(status, headers).end(body), delayMs);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
