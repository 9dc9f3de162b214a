import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { defineEvent, type EventType } from '../../../platform/events/event-type.js';
import type { CustomEventTypeEntity } from './custom-event-type.entity.js';
import { compileSchema } from './event-data-schema.policy.js';

/** A type that nobody registered, for events of a system that knows what it sends: any object is data. */
export function unregisteredEventType(name: string): EventType {
  const description = 'A type that nobody registered';
  return defineEvent({ name, description, schema: z.looseObject({}), example: {}, isPublishable: true });
}

/** Compiling a schema takes a thousand times as long as using it. */
const compiled = new LRUCache<string, ReturnType<typeof compileSchema>>({ max: 200 });

/** Checks data against a JSON Schema that has no problems. */
export function dataSchemaOf(jsonSchema: object): z.ZodType {
  const text = JSON.stringify(jsonSchema);
  const misfit = compiled.get(text) ?? compileSchema(jsonSchema);
  compiled.set(text, misfit);
  return z.looseObject({}).superRefine((data, context) => {
    const found = misfit(data);
    if (found !== undefined) context.addIssue({ code: 'custom', ...found });
  });
}

/** A type that an admin registered; its name and example were checked then. */
export function customEventType(
  definition: Pick<CustomEventTypeEntity, 'name' | 'description' | 'version' | 'schema' | 'example'>,
): EventType {
  const { schema: jsonSchema, ...rest } = definition;
  return { ...rest, schema: dataSchemaOf(jsonSchema), jsonSchema, isPublishable: true };
}
