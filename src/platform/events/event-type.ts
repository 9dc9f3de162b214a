import { z } from 'zod';

/**
 * A kind of event: its name on the wire, what its data looks like, and an example that documents it. Modules declare theirs in
 * `<feature>.events.ts` with {@link defineEvent} and register them with {@link EventCatalogue}.
 */
export interface EventType<Data = unknown> {
  readonly name: string;
  readonly description: string;
  readonly version: number;
  readonly schema: z.ZodType<Data>;
  readonly example: Data;
  /** Whether other systems may publish it too; most types tell what happened here, and others act on that. */
  readonly isPublishable: boolean;
  /** Where the schema is kept as JSON Schema; otherwise it is derived from `schema`. */
  readonly jsonSchema?: object;
}

const eventName = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;

/** @throws Error when the name is not dotted lower case, or the example does not fit the schema */
export function defineEvent<Schema extends z.ZodType>(definition: {
  name: string;
  description: string;
  version?: number;
  schema: Schema;
  example: z.output<Schema>;
  isPublishable?: boolean;
  jsonSchema?: object;
}): EventType<z.output<Schema>> {
  if (!eventName.test(definition.name)) throw new Error(`"${definition.name}" is not an event name such as user.login`);
  definition.schema.parse(definition.example);
  return { version: 1, isPublishable: false, ...definition } as EventType<z.output<Schema>>;
}

/** The JSON Schema (2020-12) of an event's data, for the catalogue and for other systems. */
export function jsonSchemaOf(type: EventType): object {
  return type.jsonSchema ?? z.toJSONSchema(type.schema, { unrepresentable: 'any' });
}
