import type { Exchange, ExchangeAnswer, OutboundTransport } from './outbound-transport.js';

/** Sends what comes in numbers, webhooks and runs, by a transport that is made for it (docs/adr/0030, 0031), and the rest by axios. */
export class TransportByVolume implements OutboundTransport {
  constructor(private readonly transports: Record<'few' | 'many', OutboundTransport>) {}

  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    const isOneOfMany = exchange.trust === 'caller' || exchange.isFrequent;
    return this.transports[isOneOfMany ? 'many' : 'few'].exchange(exchange);
  }

  close(): void {
    for (const transport of Object.values(this.transports)) transport.close();
  }
}
