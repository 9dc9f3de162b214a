import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { HttpService } from '@nestjs/axios';
import { isAxiosError, type AxiosRequestConfig } from 'axios';
import { firstValueFrom } from 'rxjs';
import type { OutboundAgents } from './outbound-agents.js';
import type { AnswerHead, Exchange, ExchangeAnswer, OutboundTransport } from './outbound-transport.js';
import { readBody } from './read-body.js';

/** What axios would do beyond one exchange is switched off; `HttpClient` does it for every transport alike. */
const plainExchange = {
  responseType: 'stream',
  validateStatus: null,
  maxRedirects: 0,
  decompress: false,
  proxy: false,
  transformRequest: [],
  transformResponse: [],
} satisfies AxiosRequestConfig;

/** The transport on axios, by way of Nest's `HttpService`. */
export class AxiosTransport implements OutboundTransport {
  constructor(
    private readonly http: HttpService,
    private readonly agents: OutboundAgents,
  ) {}

  async exchange({
    method,
    url,
    headers,
    body,
    trust,
    certificateAuthority,
    limit,
    bodyLimit,
  }: Exchange): Promise<ExchangeAnswer> {
    const agents = this.agents.of(trust);
    const config: AxiosRequestConfig = {
      ...plainExchange,
      method,
      url: url.href,
      // axios would call a body without a type a form
      headers: { 'content-type': false, ...headers },
      data: body,
      httpAgent: agents.http,
      httpsAgent: agents.https,
      signal: limit.signal,
      ...(certificateAuthority === undefined ? {} : { transport: trusting(certificateAuthority) }),
    };
    try {
      const { status, headers: received, data } = await firstValueFrom(this.http.request<Readable>(config));
      const head = { status, headers: Object.fromEntries(Object.entries(received)) as AnswerHead['headers'] };
      return { ...head, ...(await readBody(data, bodyLimit(head))) };
    } catch (error) {
      // An AxiosError holds the whole request with its credentials; what the network said is its cause.
      throw isAxiosError(error) && error.cause !== undefined ? error.cause : error;
    }
  }

  close(): void {
    this.agents.destroy();
  }
}

/** Node's own client with other certificate authorities; the agent pools such connections apart from the rest. */
function trusting(ca: string): AxiosRequestConfig['transport'] {
  return {
    request: (options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) =>
      options.protocol === 'https:' ? https.request({ ...options, ca }, onResponse) : http.request(options, onResponse),
  };
}
