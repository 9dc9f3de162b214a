import type { FieldError } from '../../../platform/errors/app-error.js';
import { invalidFields } from '../field-errors.js';
import { parseFilter } from '../filters/filter-parse.policy.js';
import { eventRoots } from '../filters/filter.js';
import { readPath } from '../filters/value-path.policy.js';
import { parseMapping } from '../mapping/mapping.policy.js';
import type { WebhookContent } from './webhook-content.js';

/** Of a filter or a mapping as JSON. */
const maxChars = 65_536;

/** What an admin says of the content of a webhook. */
export interface ContentInput {
  filter?: unknown;
  fields?: string[] | null | undefined;
  mapping?: unknown;
}

/**
 * Reads what a webhook is to deliver. What is null or left out is the whole.
 *
 * @throws AppError `integrations.invalid-fields` that names every fault by its path
 */
export function parseContent({ filter, fields, mapping }: ContentInput): WebhookContent {
  const errors: FieldError[] = [];
  const content: WebhookContent = { filter: null, fields: null, mapping: null };
  for (const [field, value] of Object.entries({ filter, mapping })) {
    if (JSON.stringify(value ?? null).length > maxChars) {
      throw invalidFields([{ field, message: `must have at most ${maxChars} characters` }]);
    }
  }
  if (filter !== undefined && filter !== null) {
    const parsed = parseFilter(filter, 'filter', eventRoots);
    content.filter = parsed.filter;
    errors.push(...parsed.errors);
  }
  if (fields !== undefined && fields !== null) {
    content.fields = fields;
    fields.forEach((text, index) => {
      const path = readPath(text, ['data']);
      if ('problem' in path) errors.push({ field: `fields.${index}`, message: path.problem });
    });
  }
  if (mapping !== undefined && mapping !== null) {
    const parsed = parseMapping(mapping, 'mapping', eventRoots);
    content.mapping = parsed.mapping as object;
    errors.push(...parsed.errors);
  }
  if (errors.length > 0) throw invalidFields(errors);
  return content;
}

/**
 * Applies a change to what a webhook delivers: what is left out stays, null is the whole again.
 *
 * @throws AppError `integrations.invalid-fields`
 */
export function changeContent({ filter, fields, mapping }: WebhookContent, input: ContentInput): WebhookContent {
  const given = {
    ...(input.filter !== undefined && { filter: input.filter }),
    ...(input.fields !== undefined && { fields: input.fields }),
    ...(input.mapping !== undefined && { mapping: input.mapping }),
  };
  return parseContent({ filter, fields, mapping, ...given });
}
