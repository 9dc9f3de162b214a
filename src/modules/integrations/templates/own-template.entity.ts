import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { IntegrationTemplate } from './integration-template.js';

/** A template that an admin made from an integration; it holds no secrets. */
@Entity('own_templates')
export class OwnTemplateEntity {
  @PrimaryColumn('text')
  key: string;

  @Column('jsonb')
  template: IntegrationTemplate;

  @Column('text', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
