import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A training portal that an admin added by REST. Those of the environment have no row. */
@Entity('managed_portals')
@Unique('managed_portals_name_key', ['name'])
export class ManagedPortalEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  /** Never changes: grants and stored sessions name the portal by it. */
  @Column('text')
  name: string;

  /** Counts changes; replicas see by it that they have to read the portal again. */
  @Column('integer', { default: 1 })
  version: number;

  /** Without a slash at the end. */
  @Column('text')
  url: string;

  /** The robot's credentials and the certificate authority as JSON, sealed for `managed_portals.secrets:<id>`. */
  @Column('text')
  secrets: string;

  /** What grants can name the portal by. */
  @Column('jsonb', { default: {} })
  labels: Record<string, string>;

  /** Who added it, as audit entries name actors. */
  @Column('text', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
