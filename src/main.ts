import { ConfigurationError } from './platform/config/configuration-error.js';
import { AppError } from './platform/errors/app-error.js';
import { startProcess } from './start-process.js';

/** Exit codes of sysexits.h: 78 the configuration is wrong, 69 something that is needed is not available. */
const exitCodes = { configuration: 78, unavailable: 69, unexpected: 1 };

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
