import { writeFileSync } from 'node:fs';
import { buildOpenApiDocument } from '../platform/openapi/openapi-document.js';
import { runCommand } from './run-command.js';

await runCommand(async ({ app }) => {
  const document = buildOpenApiDocument(app);
  writeFileSync('openapi.json', `${JSON.stringify(document, null, 2)}\n`);
  process.stdout.write(`openapi.json describes ${Object.keys(document.paths).length} paths.\n`);
});
