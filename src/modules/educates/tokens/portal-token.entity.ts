import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tokens of a portal's robot, which all replicas use. */
@Entity('portal_tokens')
export class PortalTokenEntity {
  /** The portal's name. */
  @PrimaryColumn('text')
  portal: string;

  /** Of the address and credentials that everything else here is about. */
  @Column('text')
  fingerprint: string;

  /** Access and refresh token as JSON, sealed for `portal_tokens.tokens:<portal>`; null when there are none. */
  @Column('text', { nullable: true })
  tokens: string | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** Why the portal refused the credentials, in the words of RFC 6749; null while it accepts them. */
  @Column('text', { nullable: true })
  rejection: string | null;

  /** Refusals in a row. */
  @Column('integer', { default: 0 })
  rejections: number;

  /** When refused credentials may be tried again. */
  @Column('timestamptz', { name: 'retry_at', nullable: true })
  retryAt: Date | null;

  /** Who is renewing the tokens, until when at the latest. */
  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId: string | null;

  @Column('timestamptz', { name: 'leased_until', nullable: true })
  leasedUntil: Date | null;
}
