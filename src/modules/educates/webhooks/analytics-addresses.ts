import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { educatesPath } from '../educates-path.js';
import { Signatures } from '../signatures/signatures.js';

const uuidBytes = 16;
const secretPattern = /^[\w-]{64}$/;

/**
 * Addresses to which a portal reports of one session. The last part is the session's id with its signature: nobody can guess one, we
 * need not store it, and a stranger's guess costs us no query.
 */
@Injectable()
export class AnalyticsAddresses {
  constructor(
    private readonly signatures: Signatures,
    private readonly config: AppConfig,
  ) {}

  of(sessionId: string): string {
    const id = Buffer.from(sessionId.replaceAll('-', ''), 'hex');
    const secret = Buffer.concat([id, this.signatures.sign('analytics webhook', sessionId)]).toString('base64url');
    return `${this.config.http.publicUrl}${educatesPath}/webhooks/analytics/${secret}`;
  }

  /** The session of an address' last part; undefined when we did not make it. Takes the same time for every well-formed one. */
  sessionIdOf(secret: string): string | undefined {
    if (!secretPattern.test(secret)) return undefined;
    const bytes = Buffer.from(secret, 'base64url');
    const hex = bytes.subarray(0, uuidBytes).toString('hex');
    const sessionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return this.signatures.isSigned('analytics webhook', sessionId, bytes.subarray(uuidBytes)) ? sessionId : undefined;
  }
}
