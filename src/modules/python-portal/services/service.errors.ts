import { AppError } from '../../../platform/errors/app-error.js';

export function serviceUnavailable(service: string, retryAfterSeconds: number): AppError {
  return new AppError(
    'unavailable',
    'services.unavailable',
    `No instance of the ${service} service can take requests now. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

export const serviceNotFound = (name: string) =>
  new AppError(
    'not-found',
    'services.not-found',
    `There is no service '${name}' behind the portal; GET /services names them`,
  );

export const instanceNotFound = (service: string, id: string) =>
  new AppError(
    'not-found',
    'services.instance-not-found',
    `The ${service} service has no instance '${id}'; GET /services names them`,
  );
