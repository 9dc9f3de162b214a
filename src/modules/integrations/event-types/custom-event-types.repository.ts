import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { CustomEventTypeEntity } from './custom-event-type.entity.js';

export type CustomDefinition = Pick<CustomEventTypeEntity, 'name' | 'description' | 'schema' | 'example'>;

@Injectable()
export class CustomEventTypesRepository {
  constructor(private readonly database: Database) {}

  list(): Promise<CustomEventTypeEntity[]> {
    return this.database.manager().find(CustomEventTypeEntity, { order: { name: 'ASC' } });
  }

  findByNames(names: string[], tx?: Transaction): Promise<CustomEventTypeEntity[]> {
    return this.database.manager(tx).findBy(CustomEventTypeEntity, { name: In(names) });
  }

  count(tx: Transaction): Promise<number> {
    return tx.count(CustomEventTypeEntity);
  }

  async insert(tx: Transaction, definition: CustomDefinition): Promise<void> {
    await tx.insert(CustomEventTypeEntity, definition);
  }

  /**
   * Its version counts up when the schema is another one.
   *
   * @returns whether there is one of this name
   */
  async replace(tx: Transaction, { name, description, schema, example }: CustomDefinition): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE custom_event_types SET description = $2, version = version + (schema <> $3::jsonb)::int, schema = $3::jsonb,
         example = $4::jsonb, updated_at = now() WHERE name = $1`,
      [name, description, JSON.stringify(schema), JSON.stringify(example)],
    );
    return count === 1;
  }

  /** @returns whether there was one of this name */
  async delete(tx: Transaction, name: string): Promise<boolean> {
    const { affected } = await tx.delete(CustomEventTypeEntity, { name });
    return affected === 1;
  }
}
