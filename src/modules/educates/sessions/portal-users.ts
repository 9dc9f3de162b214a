import { Injectable } from '@nestjs/common';
import { Signatures } from '../signatures/signatures.js';

const digits = 40;

/** Who a person is to portals: always the same, in letters that their paths take, and nothing that tells who it is. */
@Injectable()
export class PortalUsers {
  constructor(private readonly signatures: Signatures) {}

  of(userId: string): string {
    return `u-${this.signatures.sign('portal user', userId).toString('hex').slice(0, digits)}`;
  }
}
