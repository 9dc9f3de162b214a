import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import type { EventType } from '../../../platform/events/event-type.js';
import { unregisteredEventType } from '../event-types/custom-event-type.js';
import { EventTypesService } from '../event-types/event-types.service.js';
import { invalidFields } from '../field-errors.js';
import { maxRenderedChars, RenderedTooLarge } from '../mapping/mapping.policy.js';
import { webhookReceived } from './incoming.events.js';
import {
  dataOf,
  isRuleFitting,
  parseRules,
  type IncomingMapping,
  type IncomingRule,
  type MappingInput,
} from './incoming-mapping.policy.js';

const maxProblemChars = 2000;

/** Why a mapping's result cannot be published, in words for an admin that hold no values of the webhook. */
export class MappingProblem {
  constructor(readonly message: string) {}
}

/** An event that may be published. */
interface CheckedEvent {
  type: EventType;
  data: unknown;
}

/** Makes events of webhooks as mappings say, and holds them against the schemas of their types. */
@Injectable()
export class MappedEvents {
  constructor(private readonly types: EventTypesService) {}

  /** @throws AppError `integrations.invalid-fields` */
  async parse(mapping: unknown, tx?: Transaction): Promise<IncomingMapping> {
    const { rules, errors } = parseRules(mapping, 'mapping');
    if (errors.length > 0) throw invalidFields(errors);
    const types = await this.typesOf(rules, tx);
    rules.forEach((rule, index) => {
      const field = `mapping.${index}.event`;
      if (rule.event === webhookReceived.name) {
        errors.push({ field, message: 'is published for every webhook anyway' });
      } else if (typeOf(rule, types) === undefined) {
        const message = 'is no type that others may publish; register it, or say "isCustom": true if it is your own';
        errors.push({ field, message });
      }
    });
    if (errors.length > 0) throw invalidFields(errors);
    return rules;
  }

  /** The events of every rule that fits, or why one of them cannot be. */
  async of(mapping: IncomingMapping, input: MappingInput, tx: Transaction): Promise<CheckedEvent[] | MappingProblem> {
    const fitting = [...mapping.entries()].filter(([, rule]) => isRuleFitting(rule, input));
    const types = await this.typesOf(
      fitting.map(([, rule]) => rule),
      tx,
    );
    const events: CheckedEvent[] = [];
    for (const [index, rule] of fitting) {
      const made = make(rule, typeOf(rule, types), input);
      if (typeof made === 'string') return problemOf(index, rule, made);
      events.push(made);
    }
    return events;
  }

  private typesOf(rules: IncomingRule[], tx?: Transaction): Promise<Map<string, EventType>> {
    return this.types.find(
      rules.map(({ event }) => event),
      tx,
    );
  }
}

function typeOf({ event, isCustom }: IncomingRule, types: ReadonlyMap<string, EventType>): EventType | undefined {
  const known = types.get(event);
  // Other types tell what happened here, and make this application act: nobody outside may say so.
  if (known !== undefined) return known.isPublishable ? known : undefined;
  return isCustom === true ? unregisteredEventType(event) : undefined;
}

/** @returns the event, or what is wrong */
function make(rule: IncomingRule, type: EventType | undefined, input: MappingInput): CheckedEvent | string {
  if (type === undefined) return 'there is no such type of event any more';
  try {
    const result = type.schema.safeParse(dataOf(rule, input));
    if (result.success) return { type, data: result.data };
    const issues = result.error.issues.map(
      ({ path, message }) => `${['data', ...path].map(String).join('.')}: ${message}`,
    );
    return issues.join('; ');
  } catch (error) {
    if (error instanceof RenderedTooLarge) return `it would have more than ${maxRenderedChars} characters`;
    throw error;
  }
}

function problemOf(index: number, { event }: IncomingRule, problem: string): MappingProblem {
  return new MappingProblem(
    `Rule ${index} of the mapping makes no valid ${event}. ${problem}`.slice(0, maxProblemChars),
  );
}
