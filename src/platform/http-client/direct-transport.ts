import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { OutboundAgents } from './outbound-agents.js';
import type { Exchange, ExchangeAnswer, OutboundTransport } from './outbound-transport.js';

/** The transport on Node's own client, without anything between: for calls that come by the thousand (docs/adr/0023). */
export class DirectTransport implements OutboundTransport {
  constructor(private readonly agents: OutboundAgents) {}

  exchange({ method, url, headers, body, trust, certificateAuthority, signal }: Exchange): Promise<ExchangeAnswer> {
    const agents = this.agents.of(trust);
    const isSecure = url.protocol === 'https:';
    const options: https.RequestOptions = {
      method,
      // Set here, because Node frames the body of a DELETE by the end of the connection otherwise.
      headers: body === undefined ? headers : { ...headers, 'content-length': body.length },
      agent: isSecure ? agents.https : agents.http,
      signal,
      ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
    };
    return new Promise((resolve, reject) => {
      const answered = (response: IncomingMessage): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string | string[]>,
          body: response,
        });
      const request = isSecure ? https.request(url, options, answered) : http.request(url, options, answered);
      // After the answer it says what the body says too.
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.agents.destroy();
  }
}
