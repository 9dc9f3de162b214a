import { HttpModule, HttpService } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { createHttpClient } from './create-http-client.js';
import { HttpClient } from './http-client.js';

/** Offers `HttpClient` to every module. `HttpModule.register` makes an axios instance of our own that nobody else configures. */
@Global()
@Module({
  imports: [HttpModule.register({})],
  providers: [
    {
      provide: HttpClient,
      inject: [HttpService, AppConfig],
      useFactory: (http: HttpService, { outbound }: AppConfig) => createHttpClient(http, outbound),
    },
  ],
  exports: [HttpClient],
})
export class HttpClientModule {}
