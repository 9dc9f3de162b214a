import { SealedColumns } from '../platform/secrets/sealed-columns.js';
import { runCommand } from './run-command.js';

await runCommand(async ({ app }) => {
  const { sealed, current } = await app.get(SealedColumns).rekey();
  process.stdout.write(`${sealed} secrets were sealed again with the first ENCRYPTION_KEY; ${current} already were.\n`);
});
