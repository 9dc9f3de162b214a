import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
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
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (request.url.startsWith(pagePath)) reply.headers(headers);
      done();
    });
  SwaggerModule.setup(pagePath, app, () => buildOpenApiDocument(app), {
    jsonDocumentUrl: '/docs-json',
    raw: ['json'],
    customSiteTitle: 'Lyceum API',
    swaggerOptions: { validatorUrl: null, docExpansion: 'none' },
  });
}
