import { AppError } from '../../platform/errors/app-error.js';
import type { HttpClient } from '../../platform/http-client/http-client.js';
import { invalidFields } from './field-errors.js';

/**
 * Refuses an address that could never be called, when it is saved and not only when it is used.
 *
 * @throws AppError `integrations.invalid-fields` that names the field
 */
export function assertCallable(http: HttpClient, address: string, field: string): void {
  try {
    http.checkAddress(address);
  } catch (error) {
    if (error instanceof AppError) {
      throw invalidFields([{ field, message: error.message }]);
    }
    throw error;
  }
}
