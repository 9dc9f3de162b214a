import type { FieldError } from '../../../platform/errors/app-error.js';
import { isHeaderValue } from '../integrations/http-config.js';
import type { IntegrationTemplate, TemplatePlaceholder } from './integration-template.js';

/** A part of a path; what else a part may hold (`!`, `:`, a query) is rare, and given with `endpoint`. */
const pathPart = /^[\w.~-]{1,200}$/;
const hostName = /^[\w.-]{1,253}$/;
const maxValueChars = 8192;

/** What an admin fills in. */
export interface TemplateValues {
  values: Record<string, unknown>;
  /** The whole address as the service shows it, in place of the values that stand in it. */
  endpoint?: string | undefined;
}

/** A template without placeholders. */
export interface FilledTemplate {
  config: Record<string, unknown>;
  authConfig: Record<string, string>;
  /** What is missing, unknown or wrong. */
  errors: FieldError[];
}

/** Fills in a template, which stays as it is. */
export function fillIn(template: IntegrationTemplate, { values, endpoint }: TemplateValues): FilledTemplate {
  const errors: FieldError[] = [];
  const filled = structuredClone({ config: template.config, authConfig: template.authConfig });
  for (const name of Object.keys(values)) {
    if (!template.placeholders.some((known) => known.name === name)) {
      errors.push({ field: `values.${name}`, message: 'is not a value of this template' });
    }
  }
  for (const { name, field, placeholder, type, description } of template.placeholders) {
    if (field === 'config.endpoint' && endpoint !== undefined) continue;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const problem = problemWith(value, type, description);
    if (problem !== undefined) errors.push({ field: `values.${name}`, message: problem });
    else replaceIn(filled, field.split('.'), placeholder, value as string | number);
  }
  if (endpoint !== undefined) filled.config['endpoint'] = endpoint;
  if (errors.length === 0 && !leadsTo(filled.config['endpoint'], template.hosts)) {
    const field = endpoint === undefined ? `values.${template.placeholders[0]?.name}` : 'endpoint';
    errors.push({ field, message: `must be an https address on ${template.hosts.join(' or ')}` });
  }
  return { ...filled, errors };
}

/** Puts the value where the placeholder stands; what is nothing but the placeholder becomes the value itself, a number for example. */
function replaceIn(
  target: object,
  [member = '', ...rest]: string[],
  placeholder: string,
  value: string | number,
): void {
  const holder = target as Record<string, unknown>;
  const found = holder[member];
  if (rest.length > 0) replaceIn(found as object, rest, placeholder, value);
  else holder[member] = found === placeholder ? value : String(found).replaceAll(placeholder, () => String(value));
}

function problemWith(value: unknown, type: TemplatePlaceholder['type'], description: string): string | undefined {
  if (value === undefined) return `is required: ${description}`;
  if (type === 'number') return Number.isSafeInteger(value) ? undefined : 'must be a whole number';
  if (typeof value !== 'string' || value === '' || value.length > maxValueChars) return 'must be text';
  if (type === 'secret' && !isHeaderValue(value)) return 'has characters that a header cannot hold';
  if (type === 'host' && !hostName.test(value)) return 'must be a host name, without a port or a path';
  return type === 'part' && !pathPart.test(value) ? 'must be letters, digits and . _ ~ -' : undefined;
}

function leadsTo(address: unknown, hosts: string[]): boolean {
  if (hosts.length === 0) return true;
  if (typeof address !== 'string' || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' && hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
