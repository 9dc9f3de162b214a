import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A type of events that an admin registered beside those of the catalogue. */
@Entity('custom_event_types')
export class CustomEventTypeEntity {
  @PrimaryColumn('text')
  name: string;

  @Column('text')
  description: string;

  /** Counts up when the schema changes. */
  @Column('integer', { default: 1 })
  version: number;

  /** JSON Schema of the data, with the keywords that are taken here. */
  @Column('jsonb')
  schema: object;

  /** Fits the schema. */
  @Column('jsonb')
  example: object;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
