import { Injectable } from '@nestjs/common';
import { Signatures } from './signatures.js';

export type TicketPurpose = 'launch ticket' | 'logo token';

/** `<seconds of its end>.<signature>` */
const ticketPattern = /^(?<end>\d{1,12})\.(?<signature>[\w-]{43})$/;

/** Opaque texts that prove for some time that we gave them out, for one purpose and one subject. Nothing of them is stored. */
@Injectable()
export class Tickets {
  constructor(private readonly signatures: Signatures) {}

  issue(
    purpose: TicketPurpose,
    subject: string,
    { now, lifetimeSeconds }: { now: Date; lifetimeSeconds: number },
  ): string {
    const end = Math.floor(now.getTime() / 1000) + lifetimeSeconds;
    return `${end}.${this.signatures.sign(purpose, textOf(subject, end)).toString('base64url')}`;
  }

  isGood(purpose: TicketPurpose, subject: string, ticket: string, now: Date): boolean {
    const { end, signature } = ticketPattern.exec(ticket)?.groups ?? {};
    if (end === undefined || signature === undefined || Number(end) * 1000 < now.getTime()) return false;
    return this.signatures.isSigned(purpose, textOf(subject, end), Buffer.from(signature, 'base64url'));
  }
}

const textOf = (subject: string, end: number | string): string => `${end}:${subject}`;
