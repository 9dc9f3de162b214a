import type { INestApplicationContext } from '@nestjs/common';
import { createValidationPipe } from '../../platform/http/validation.pipe.js';
import { RegisterRequest } from './accounts/auth.dto.js';
import { RegistrationService } from './accounts/registration.service.js';

/**
 * Creates an admin's account, by the same rules as registration; for the script of the machine's administrator.
 *
 * @throws AppError `request.invalid` naming every bad field, `users.email-taken` or `users.username-taken`
 */
export async function createAdmin(
  app: INestApplicationContext,
  account: { email: string; password: string; username?: string; name?: string },
): Promise<{ id: string; email: string }> {
  const request = (await createValidationPipe().transform(account, {
    type: 'body',
    metatype: RegisterRequest,
  })) as RegisterRequest;
  const { id } = await app.get(RegistrationService, { strict: false }).createAdmin(request);
  return { id, email: request.email };
}
