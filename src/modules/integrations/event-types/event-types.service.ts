import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { EventCatalogue } from '../../../platform/events/event-catalogue.js';
import type { EventType } from '../../../platform/events/event-type.js';
import { AuditLog } from '../../identity/index.js';
import { invalidFields, parseMember } from '../field-errors.js';
import { customEventType, dataSchemaOf } from './custom-event-type.js';
import { CustomEventTypesRepository, type CustomDefinition } from './custom-event-types.repository.js';
import { problemsOfSchema } from './event-data-schema.policy.js';
import { eventTypeBuiltIn, eventTypeNotFound, eventTypeTaken, tooManyEventTypes } from './event-types.errors.js';

const maxCustomTypes = 500;

/** Every type of events there is: those of the catalogue in the code, and those that admins registered. */
@Injectable()
export class EventTypesService {
  constructor(
    private readonly database: Database,
    private readonly catalogue: EventCatalogue,
    private readonly customTypes: CustomEventTypesRepository,
    private readonly audit: AuditLog,
  ) {}

  /** By name. */
  async list(): Promise<EventType[]> {
    const custom = (await this.customTypes.list()).filter(({ name }) => this.catalogue.find(name) === undefined);
    return [...this.catalogue.list(), ...custom.map(customEventType)].toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** Those of the names that are known. */
  async find(names: string[], tx?: Transaction): Promise<Map<string, EventType>> {
    const types = [...new Set(names)].map((name) => this.catalogue.find(name) ?? name);
    const unknown = types.filter((type) => typeof type === 'string');
    const custom = unknown.length === 0 ? [] : await this.customTypes.findByNames(unknown, tx);
    const known = [...types.filter((type) => typeof type !== 'string'), ...custom.map(customEventType)];
    return new Map(known.map((type) => [type.name, type]));
  }

  /** @throws AppError `event-types.not-found` */
  async get(name: string): Promise<EventType> {
    const type = (await this.find([name])).get(name);
    if (type === undefined) throw eventTypeNotFound();
    return type;
  }

  /** @throws AppError `event-types.taken`, `event-types.too-many`, `integrations.invalid-fields` */
  async register(definition: CustomDefinition, actor: string): Promise<EventType> {
    const { name } = definition;
    this.assertValid(definition);
    if (this.catalogue.find(name) !== undefined) throw eventTypeTaken(name);
    try {
      await this.database.transaction(async (tx) => {
        if ((await this.customTypes.count(tx)) >= maxCustomTypes) throw tooManyEventTypes(maxCustomTypes);
        await this.customTypes.insert(tx, definition);
        await this.audit.record(tx, { action: 'event-type.registered', actor, subject: `event-type:${name}` });
      });
    } catch (error) {
      throw isUniqueViolation(error, 'custom_event_types_pkey') ? eventTypeTaken(name) : error;
    }
    return this.get(name);
  }

  /**
   * Events from now on are checked against the new schema; those that are published stay as they are.
   *
   * @throws AppError `event-types.not-found`, `event-types.built-in`, `integrations.invalid-fields`
   */
  async replace(definition: CustomDefinition, actor: string): Promise<EventType> {
    const { name } = definition;
    if (this.catalogue.find(name) !== undefined) throw eventTypeBuiltIn();
    this.assertValid(definition);
    await this.database.transaction(async (tx) => {
      if (!(await this.customTypes.replace(tx, definition))) throw eventTypeNotFound();
      await this.audit.record(tx, { action: 'event-type.updated', actor, subject: `event-type:${name}` });
    });
    return this.get(name);
  }

  /** @throws AppError `event-types.not-found`, `event-types.built-in` */
  async delete(name: string, actor: string): Promise<void> {
    if (this.catalogue.find(name) !== undefined) throw eventTypeBuiltIn();
    await this.database.transaction(async (tx) => {
      if (!(await this.customTypes.delete(tx, name))) throw eventTypeNotFound();
      await this.audit.record(tx, { action: 'event-type.deleted', actor, subject: `event-type:${name}` });
    });
  }

  private assertValid(definition: CustomDefinition): void {
    const problems = problemsOfSchema(definition.schema, 'schema');
    if (problems.length > 0) throw invalidFields(problems);
    parseMember(dataSchemaOf(definition.schema), definition.example, 'example');
  }
}
