import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from './platform/config/app-config.js';
import { loadAppConfig } from './platform/config/config.module.js';
import { ConfigurationError } from './platform/config/configuration-error.js';
import { generatedSecretsFile } from './platform/config/generated-secrets.js';
import { openDatabaseServer, type DatabaseServer } from './platform/database/database-server.js';
import { AppError } from './platform/errors/app-error.js';

/** Exit codes of sysexits.h: 78 the configuration is wrong, 69 something that is needed is not available. */
const exitCodes = { configuration: 78, unavailable: 69, unexpected: 1 };

/** Runs Lyceum in this process until it is stopped. What prevents a start is printed, and ends the process. */
export async function runProcess(): Promise<void> {
  try {
    await startProcess();
  } catch (error) {
    const isExpected = error instanceof ConfigurationError || error instanceof AppError;
    process.stderr.write(`\n${isExpected ? error.message : ((error as Error).stack ?? String(error))}\n\n`);
    process.exit(
      error instanceof ConfigurationError
        ? exitCodes.configuration
        : error instanceof AppError
          ? exitCodes.unavailable
          : exitCodes.unexpected,
    );
  }
}

/**
 * Starts Lyceum in this process: configuration, database (the embedded one unless `DATABASE_URL` is set), application. Stops
 * everything in the opposite order on SIGINT or SIGTERM; a second signal does not wait.
 *
 * @throws ConfigurationError or AppError with a message for the operator
 */
async function startProcess(): Promise<void> {
  const config = await loadAppConfig();
  let stop: (exitCode: number) => void = (exitCode) => process.exit(exitCode);
  const opening = openDatabaseServer(config, {
    onExit: (lastLines) => {
      process.stderr.write(`The embedded PostgreSQL ended by itself; Lyceum stops.\n${lastLines.join('\n')}\n`);
      stop(1);
    },
  });
  // Read while PostgreSQL starts: each takes about a second (docs/adr/0020).
  const [database, { createApp }] = await Promise.all([opening, import('./create-app.js')]);
  try {
    const app = await createApp(config, database.url, database.use);
    stop = stopOnce(app, database, config);
    process.on('SIGINT', () => stop(0));
    process.on('SIGTERM', () => stop(0));
    await listen(app, config);
    process.stdout.write(await startMessage(app, config, database));
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function listen(app: NestFastifyApplication, { http }: AppConfig): Promise<void> {
  try {
    await app.listen(http.port, http.host);
  } catch (cause) {
    await app.close();
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new AppError(
      'unavailable',
      'start.port-taken',
      `Port ${http.port} on ${http.host} is taken, perhaps by another Lyceum. Stop that program, or choose another PORT.`,
      { cause },
    );
  }
}

function stopOnce(
  app: NestFastifyApplication,
  database: DatabaseServer,
  { http }: AppConfig,
): (exitCode: number) => void {
  let isStopping = false;
  return (exitCode) => {
    if (isStopping) process.exit(130);
    isStopping = true;
    const deadline = setTimeout(() => {
      process.stderr.write(`Not everything finished within SHUTDOWN_TIMEOUT (${http.shutdownTimeoutMs} ms).\n`);
      void database.stop().finally(() => process.exit(1));
    }, http.shutdownTimeoutMs);
    deadline.unref();
    void app
      .close()
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
      .then(() => database.stop())
      .finally(() => process.exit(exitCode));
  };
}

const pythonRunners = {
  embedded: 'embedded sandbox (CPython compiled to WebAssembly)',
  http: 'EXECUTOR_SERVICE_URL (what confines the code, its operator knows)',
  piston: 'PISTON_URL',
};

async function startMessage(app: NestFastifyApplication, config: AppConfig, database: DatabaseServer): Promise<string> {
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  const generated = config.generatedSecrets.length > 0;
  const lines = [
    `Lyceum answers on ${url}`,
    `  Documentation  ${url}/docs`,
    `  Health         ${url}/health`,
    `  Database       ${database.description}`,
    `  Data           ${config.dataDirectory}`,
    `  Secrets        ${generated ? `${config.generatedSecrets.join(', ')} generated in ${generatedSecretsFile(config.dataDirectory)}` : 'from the environment'}`,
    `  Redis          ${config.redis === undefined ? 'off (limits and caches are kept in this process)' : 'on'}`,
    `  Exercises      ${config.pythonServices.exercises.length > 0 ? 'EXERCISES_SERVICE_URL' : 'built-in catalogue'}`,
    `  Python         ${pythonRunners[config.pythonServices.driver]}`,
    `  Portals        ${config.educates.portals.map(({ name }) => name).join(', ') || 'none configured'}`,
    `  Role           ${config.role}`,
    ...database.notes.map((note) => `  Note           ${note}`),
    ...config.warnings.map((warning) => `  Warning        ${warning}`),
  ];
  return `\n${lines.join('\n')}\n\n`;
}
