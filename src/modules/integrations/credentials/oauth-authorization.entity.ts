import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { IntegrationEntity } from '../integrations/integration.entity.js';

/** An authorization that an admin began and whose answer has not come yet. It is deleted when that comes. */
@Entity('oauth_authorizations')
@Index('oauth_authorizations_state_hash', ['stateHash'], { unique: true })
@Index('oauth_authorizations_integration', ['integrationId'])
@Index('oauth_authorizations_expires_at', ['expiresAt'])
export class OauthAuthorizationEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => IntegrationEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'oauth_authorizations_integration_id_fkey' })
  integration?: IntegrationEntity;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** SHA-256 of the `state`, in hex. */
  @Column('text', { name: 'state_hash' })
  stateHash: string;

  /** SHA-256 of the cookie of the browser that began it, in hex. */
  @Column('text', { name: 'browser_hash' })
  browserHash: string;

  /** Sealed (RFC 7636). */
  @Column('text', { name: 'code_verifier' })
  codeVerifier: string;

  /** Of the configuration with which it was begun. */
  @Column('text')
  binding: string;

  /** The admin who began it. */
  @Column('text')
  actor: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
