import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SealedColumns } from '../../../platform/secrets/sealed-columns.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';

const table = 'workshop_sessions';
const column = 'activation_url';

/** Seals activation URLs for storage: whoever has one is logged in to the portal as its learner. */
@Injectable()
export class ActivationUrls implements OnModuleInit {
  constructor(
    private readonly box: SecretBox,
    private readonly columns: SealedColumns,
  ) {}

  onModuleInit(): void {
    this.columns.register({ table, column });
  }

  seal(sessionId: string, url: string): string {
    return this.box.seal(url, `${table}.${column}:${sessionId}`);
  }

  /** @throws AppError `secrets.unknown-key` or `secrets.unreadable` */
  open(sessionId: string, sealed: string): string {
    return this.box.open(sealed, `${table}.${column}:${sessionId}`);
  }
}
