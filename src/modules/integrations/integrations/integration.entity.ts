import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { IntegrationConfig } from './integration-config.js';
import type { AuthType, ShownCredentials } from '../credentials/credentials.policy.js';
import type { IntegrationStatus, IntegrationType } from './integration-type.js';

/** A connection to another system: where it is, how to authenticate there, and whether it is in use. */
@Entity('integrations')
@Check('integrations_type_check', `type IN ('api', 'webhook', 'database', 'file')`)
@Check('integrations_status_check', `status IN ('active', 'inactive', 'error')`)
@Check('integrations_auth_type_check', `auth_type IN ('none', 'api_key', 'bearer', 'basic', 'oauth', 'oauth2')`)
export class IntegrationEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  /** Unique, whatever its case. */
  @Column('text')
  name: string;

  @Column('text')
  type: IntegrationType;

  @Column('text', { default: 'inactive' })
  status: IntegrationStatus;

  /** Valid for the type; never holds secrets. */
  @Column('jsonb')
  config: IntegrationConfig;

  @Column('text', { name: 'auth_type' })
  authType: AuthType;

  /** What may be shown of the authentication. */
  @Column('jsonb', { name: 'auth_config' })
  authConfig: ShownCredentials;

  /** The secret members as JSON, sealed for `integrations.credentials:<id>`; null when there are none. */
  @Column('text', { nullable: true })
  credentials: string | null;

  /** 0 means never, or when `syncCron` says. */
  @Column('integer', { name: 'sync_frequency_seconds' })
  syncFrequencySeconds: number;

  @Column('text', { name: 'sync_cron', nullable: true })
  syncCron: string | null;

  /** IANA name, for `syncCron`. */
  @Column('text', { name: 'sync_time_zone', default: 'UTC' })
  syncTimeZone: string;

  /** Whether records that a pull finds changed are published as events. */
  @Column('boolean', { name: 'publishes_changes', default: true })
  publishesChanges: boolean;

  /** When it was first activated: events from then on are kept for its webhooks. */
  @Column('timestamptz', { name: 'activated_at', nullable: true })
  activatedAt: Date | null;

  @Column('timestamptz', { name: 'last_sync_at', nullable: true })
  lastSyncAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
