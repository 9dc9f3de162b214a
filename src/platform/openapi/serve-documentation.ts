import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { onRequestHookHandler } from 'fastify';
import { securityHeadersOf } from '../http/security-headers.js';
import { AppConfig } from '../config/app-config.js';
import { buildOpenApiDocument } from './openapi-document.js';

const pagePath = '/docs';

/**
 * Serves Swagger UI under `/docs`, from files of the installed package, and the document under `/docs-json`. The document is built
 * when it is first asked for, because it takes memory that most processes never need.
 */
export function serveDocumentation(app: NestFastifyApplication): void {
  const headers = securityHeadersOf(app.get(AppConfig)).page;
  const setHeaders: onRequestHookHandler = (_request, reply, done) => done(void reply.headers(headers));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (!route.url.startsWith(pagePath)) return;
      route.onRequest = [route.onRequest ?? [], setHeaders].flat();
    });
  SwaggerModule.setup(pagePath, app, () => buildOpenApiDocument(app), {
    jsonDocumentUrl: '/docs-json',
    raw: ['json'],
    customSiteTitle: 'Lyceum API',
    swaggerOptions: { validatorUrl: null, docExpansion: 'none' },
  });
}
