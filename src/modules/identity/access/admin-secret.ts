import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { isEqualInConstantTime } from '../../../platform/secrets/constant-time.js';
import { AuditLog } from '../audit/audit-log.js';
import { LoginThrottle } from '../passwords/login-throttle.js';
import { wrongAdminSecret } from './access.errors.js';
import { adminBySecret, type Caller } from './caller.js';

/** The `x-admin-secret` header of administrators' scripts. */
@Injectable()
export class AdminSecret {
  constructor(
    private readonly config: AppConfig,
    private readonly throttle: LoginThrottle,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The admin, if the header holds the secret. Wrong ones are counted by address and recorded.
   *
   * @throws AppError `access.wrong-admin-secret` or `auth.too-many-attempts`
   */
  async identify(header: string | string[], address: string): Promise<Caller> {
    if (typeof header === 'string' && isEqualInConstantTime(header, this.config.secrets.admin)) return adminBySecret;
    await this.throttle.countAddress(address);
    await this.audit.record(null, { action: 'auth.wrong-admin-secret', actor: 'anonymous' });
    throw wrongAdminSecret();
  }
}
