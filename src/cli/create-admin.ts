import { parseArgs } from 'node:util';
import { createAdmin } from '../modules/identity/index.js';
import { AppError } from '../platform/errors/app-error.js';
import { readSecret } from './read-secret.js';
import { runCommand } from './run-command.js';

const usage = `Usage: npm run admin:create -- --email you@example.org [--username you] [--name "Your Name"]
The password is asked for, or read from standard input when that is no terminal; never from the arguments, which others can see.`;

await runCommand(async ({ app }) => {
  const { values } = parseArgs({
    options: { email: { type: 'string' }, username: { type: 'string' }, name: { type: 'string' } },
  });
  const { email, ...names } = values;
  if (email === undefined) throw new AppError('bad-request', 'admin-create.usage', usage);
  const password = await readSecret('Password (8 to 128 characters): ');
  const { id } = await createAdmin(app, { email, password, ...names });
  process.stdout.write(`${email} is an administrator now (${id}).\n`);
});
