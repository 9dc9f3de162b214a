import { HttpModule, HttpService } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { createHttpClient } from './create-http-client.js';
import { HttpClient } from './http-client.js';
import { KeySets } from './key-sets.js';
import { OutboundConnections } from './outbound-connections.js';

/** Offers `HttpClient` and what is built on it to every module. `HttpModule.register` makes an axios instance of our own that nobody else configures. */
@Global()
@Module({
  imports: [HttpModule.register({})],
  providers: [
    {
      provide: HttpClient,
      inject: [HttpService, AppConfig],
      useFactory: (http: HttpService, { outbound }: AppConfig) => createHttpClient(http, outbound),
    },
    {
      provide: OutboundConnections,
      inject: [AppConfig],
      useFactory: ({ outbound, database, redis }: AppConfig) =>
        new OutboundConnections(outbound, [database.url, redis?.url]),
    },
    KeySets,
  ],
  exports: [HttpClient, KeySets, OutboundConnections],
})
export class HttpClientModule {}
