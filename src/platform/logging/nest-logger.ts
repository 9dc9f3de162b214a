import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** What Nest says about its own wiring is of interest only to who debugs it. */
const wiringContexts = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Lets Nest and everything that uses Nest's `Logger` write through our pino instance. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context as the last string, and an error or a stack before it. */
  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const error = [message, ...rest].find((item) => item instanceof Error);
    const stack = error === undefined && rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : undefined;
    const text = message instanceof Error ? message.message : message;
    const isWiring = level === 'info' && wiringContexts.has(context ?? '');
    this.logger[isWiring ? 'debug' : level](
      { context, ...(error !== undefined && { err: error }), ...(stack !== undefined && { stack }) },
      typeof text === 'string' ? text : JSON.stringify(text),
    );
  }
}
