import { Column } from 'typeorm';
import type { Filter } from '../filters/filter.js';
import type { WebhookContent } from './webhook-content.js';

/** The columns of a webhook that say what it delivers. */
export abstract class WebhookContentColumns implements WebhookContent {
  @Column('jsonb', { nullable: true })
  filter: Filter | null;

  @Column('text', { array: true, nullable: true })
  fields: string[] | null;

  /** Not jsonb, which would put the members into another order. */
  @Column('json', { nullable: true })
  mapping: object | null;
}
