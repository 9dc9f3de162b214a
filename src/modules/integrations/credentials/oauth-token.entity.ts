import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { IntegrationEntity } from '../integrations/integration.entity.js';

/**
 * `waiting`: none was got yet. `failing`: the last refresh failed, and is tried again. `needs_reconnect`: the authorization server
 * refuses what we have, and an admin has to connect again or to give other credentials.
 */
export const tokenStates = ['waiting', 'connected', 'failing', 'needs_reconnect'] as const;
export type TokenState = (typeof tokenStates)[number];

/** The tokens of one integration, which all processes use, and who is renewing them. */
@Entity('oauth_tokens')
@Check('oauth_tokens_state_check', `state IN ('waiting', 'connected', 'failing', 'needs_reconnect')`)
@Index('oauth_tokens_integration', ['integrationId'], { unique: true })
@Index('oauth_tokens_troubled', ['state'], { where: `state IN ('failing', 'needs_reconnect')` })
@Index('oauth_tokens_refresh_at', ['refreshAt'], { where: `refresh_token IS NOT NULL` })
@Index('oauth_tokens_reconnect_by', ['reconnectBy'], { where: `reconnect_by IS NOT NULL` })
export class OauthTokenEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => IntegrationEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'oauth_tokens_integration_id_fkey' })
  integration?: IntegrationEntity;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** Of the configuration under which they were got; under another one they count for nothing. */
  @Column('text')
  binding: string;

  /** Sealed. */
  @Column('text', { name: 'access_token', nullable: true })
  accessToken: string | null;

  /** Sealed; the newest one, where they rotate. */
  @Column('text', { name: 'refresh_token', nullable: true })
  refreshToken: string | null;

  /** What was granted, with spaces between. */
  @Column('text', { nullable: true })
  scope: string | null;

  @Column('text', { default: 'waiting' })
  state: TokenState;

  /** Null when the server did not say. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'refresh_at', nullable: true })
  refreshAt: Date | null;

  /** When an admin has to connect again at the latest: nothing can be refreshed after that. */
  @Column('timestamptz', { name: 'reconnect_by', nullable: true })
  reconnectBy: Date | null;

  @Column('timestamptz', { name: 'refreshed_at', nullable: true })
  refreshedAt: Date | null;

  /** When an API last refused a token that seemed good, which forced a refresh. */
  @Column('timestamptz', { name: 'forced_at', nullable: true })
  forcedAt: Date | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  /** In a row. */
  @Column('integer', { default: 0 })
  failures: number;

  /** Of the failures those in a row that say that the credentials are not good. */
  @Column('integer', { default: 0 })
  refusals: number;

  /** Not to be tried before. */
  @Column('timestamptz', { name: 'retry_at', nullable: true })
  retryAt: Date | null;

  /** Who is renewing them, until when at the latest. */
  @Column('uuid', { name: 'claim_id', nullable: true })
  claimId: string | null;

  @Column('timestamptz', { name: 'claimed_until', nullable: true })
  claimedUntil: Date | null;
}
