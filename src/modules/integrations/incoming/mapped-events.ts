import { Injectable } from '@nestjs/common';
import { EventCatalogue } from '../../../platform/events/event-catalogue.js';
import type { EventType } from '../../../platform/events/event-type.js';
import { unregisteredEventType } from '../event-types/custom-event-type.js';
import { invalidFields, parseMember } from '../field-errors.js';
import { webhookReceived } from './incoming.events.js';
import {
  dataOf,
  incomingMapping,
  isRuleFitting,
  type IncomingMapping,
  type IncomingRule,
  type MappingInput,
} from './incoming-mapping.policy.js';

const maxProblemChars = 2000;

/** Why a mapping's result cannot be published, in words for an admin that hold no values of the webhook. */
export class MappingProblem {
  constructor(readonly message: string) {}
}

/** Makes events of webhooks as mappings say, and holds them against the schemas of their types. */
@Injectable()
export class MappedEvents {
  constructor(private readonly catalogue: EventCatalogue) {}

  /** @throws AppError `integrations.invalid-fields` */
  parse(mapping: unknown): IncomingMapping {
    const rules = parseMember(incomingMapping, mapping, 'mapping');
    const errors = rules.flatMap((rule, index) => {
      const field = `mapping.${index}.event`;
      if (rule.event === webhookReceived.name) return [{ field, message: 'is published for every webhook anyway' }];
      if (this.typeOf(rule) !== undefined) return [];
      return [{ field, message: 'is no type that others may publish; say "isCustom": true if it is one of your own' }];
    });
    if (errors.length > 0) throw invalidFields(errors);
    return rules;
  }

  /** The events of every rule that fits, or why one of them cannot be. */
  of(mapping: IncomingMapping, input: MappingInput): { type: EventType; data: unknown }[] | MappingProblem {
    const events: { type: EventType; data: unknown }[] = [];
    for (const [index, rule] of mapping.entries()) {
      if (!isRuleFitting(rule, input)) continue;
      const type = this.typeOf(rule);
      const result = type?.schema.safeParse(dataOf(rule, input));
      if (type === undefined) return problemOf(index, rule, 'there is no such type of event any more');
      if (result?.success !== true) {
        const issues = result?.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
        return problemOf(index, rule, issues?.join('; ') ?? '');
      }
      events.push({ type, data: result.data });
    }
    return events;
  }

  private typeOf({ event, isCustom }: IncomingRule): EventType | undefined {
    const known = this.catalogue.find(event);
    // Other types tell what happened here, and make this application act: nobody outside may say so.
    if (known !== undefined) return known.isPublishable ? known : undefined;
    return isCustom === true ? unregisteredEventType(event) : undefined;
  }
}

function problemOf(index: number, { event }: IncomingRule, problem: string): MappingProblem {
  return new MappingProblem(
    `Rule ${index} of the mapping makes no valid ${event}. ${problem}`.slice(0, maxProblemChars),
  );
}
