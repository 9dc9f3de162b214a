import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { AppConfig } from '../config/app-config.js';
import { version } from '../config/project.js';
import { adminSecretScheme, bearerScheme, completeOperation, type Operation } from './complete-operation.js';
import { problemComponents } from './problem-responses.js';
import { collectRouteFacts, operationIdOf } from './route-facts.js';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Describes every route of the application in OpenAPI 3.0, from the decorators on controllers and DTOs. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, headOf(app.get(AppConfig)), {
    operationIdFactory: operationIdOf,
    autoTagControllers: false,
  });
  const facts = collectRouteFacts(app);
  for (const operation of operationsOf(document)) {
    completeOperation(operation, facts.get(operation.operationId ?? '') ?? { tag: 'Other', access: 'unguarded' });
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...problemComponents.schemas },
    responses: { ...document.components?.responses, ...problemComponents.responses },
  };
  const tags = new Set(operationsOf(document).flatMap((operation) => operation.tags ?? []));
  document.tags = [...tags].toSorted().map((name) => ({ name }));
  return document;
}

export function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((path) =>
    methods.flatMap((method) => (path[method] === undefined ? [] : [path[method]])),
  );
}

function headOf({ http }: AppConfig) {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.0.3')
    .setTitle('Lyceum')
    .setDescription('One service for organisations that teach: workshops, a Python portal, and integrations.')
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(http.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, bearerScheme)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-admin-secret' }, adminSecretScheme)
    .build();
}
