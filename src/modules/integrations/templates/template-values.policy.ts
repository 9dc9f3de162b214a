import type { FieldError } from '../../../platform/errors/app-error.js';
import { isHeaderValue } from '../integrations/http-config.js';
import type { IntegrationTemplate, TemplatePlaceholder } from './integration-template.js';

/** A part of a path; what else a part may hold (`!`, `:`, a query) is rare, and given with `endpoint`. */
const pathPart = /^[\w.~-]{1,200}$/;
const maxValueChars = 2048;

/** What an admin fills in. */
export interface TemplateValues {
  values: Record<string, unknown>;
  /** The whole address as the service shows it, in place of the values that stand in it. */
  endpoint?: string | undefined;
}

/**
 * Fills in a template.
 *
 * @returns its configuration and credentials, and what is missing, unknown or wrong
 */
export function fillIn(
  template: IntegrationTemplate,
  { values, endpoint }: TemplateValues,
): { config: IntegrationTemplate['config']; authConfig: Record<string, string>; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const config = { ...template.config };
  const authConfig = { ...template.authConfig };
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
    else if (field === 'config.endpoint') config.endpoint = config.endpoint.replace(placeholder, () => value as string);
    else authConfig[field.slice('authConfig.'.length)] = value as string;
  }
  if (endpoint !== undefined) config.endpoint = endpoint;
  if (errors.length === 0 && !leadsTo(config.endpoint, template.hosts)) {
    const field = endpoint === undefined ? `values.${template.placeholders[0]?.name}` : 'endpoint';
    errors.push({ field, message: `must be an https address on ${template.hosts.join(' or ')}` });
  }
  return { config, authConfig, errors };
}

function problemWith(value: unknown, type: TemplatePlaceholder['type'], description: string): string | undefined {
  if (value === undefined) return `is required: ${description}`;
  if (typeof value !== 'string' || value === '' || value.length > maxValueChars) return 'must be text';
  if (type === 'secret' && !isHeaderValue(value)) return 'has characters that a header cannot hold';
  return type === 'part' && !pathPart.test(value) ? 'must be letters, digits and . _ ~ -' : undefined;
}

function leadsTo(address: string, hosts: string[]): boolean {
  if (hosts.length === 0) return true;
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' && hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
