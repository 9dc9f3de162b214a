import type { OutboundRequest } from './outbound-request.js';
import type { Exchange, ExchangeAnswer, OutboundTransport } from './outbound-transport.js';

/** Sends calls to the operator's own services one way, and those to addresses that came through the API another. */
export class TransportByTrust implements OutboundTransport {
  constructor(private readonly transports: Record<OutboundRequest['trust'], OutboundTransport>) {}

  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    return this.transports[exchange.trust].exchange(exchange);
  }

  close(): void {
    for (const transport of Object.values(this.transports)) transport.close();
  }
}
