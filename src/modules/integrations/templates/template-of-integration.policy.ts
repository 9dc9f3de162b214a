import { isDeepStrictEqual } from 'node:util';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import type { IntegrationTemplate, TemplatePlaceholder } from './integration-template.js';

/** Query parameters that carry a key by their name. */
const secretParameter = /(^|[-_])(token|secret|password|key|sig|signature|code)([-_]|$)|^(api_?key|wstoken)$/i;

/**
 * Makes a template of an integration, without its secrets: those have to be filled in, and so has the whole endpoint of a webhook, because the
 * path of most of them is a secret. What its webhooks send goes along when all of them send the same.
 */
export function templateOf(
  { type, authType, authConfig, config, syncFrequencySeconds, syncCron, syncTimeZone }: IntegrationEntity,
  webhooks: Pick<WebhookEntity, 'eventType' | 'mapping'>[],
  { name, description }: { name: string; description: string },
): IntegrationTemplate {
  const secrets = Object.entries(authConfig).filter(([, value]) => typeof value === 'object');
  const plain = Object.entries(authConfig).filter(
    (member): member is [string, string] => typeof member[1] === 'string',
  );
  const secretPlaceholders: TemplatePlaceholder[] = secrets.map(([member]) => ({
    name: member,
    field: `authConfig.${member}`,
    placeholder: `{${member}}`,
    type: 'secret',
    description: `The ${member} of this connection`,
  }));
  const { config: shown, placeholders } = withoutSecrets(type, { ...config });
  const [first, ...others] = webhooks;
  const sendsOne = first !== undefined && others.every(({ mapping }) => isDeepStrictEqual(mapping, first.mapping));
  return {
    name,
    description,
    type,
    authType,
    config: shown,
    authConfig: Object.fromEntries([...plain, ...secrets.map(([member]) => [member, `{${member}}`])]),
    syncFrequency: syncFrequencySeconds,
    ...(syncCron !== null && { syncCron, syncTimeZone }),
    placeholders: [...placeholders, ...secretPlaceholders],
    hosts: [],
    setup: [],
    suggestedEvents: [...new Set(webhooks.map(({ eventType }) => eventType))],
    mapping: sendsOne ? first.mapping : null,
  };
}

function withoutSecrets(
  type: IntegrationEntity['type'],
  config: Record<string, unknown>,
): { config: Record<string, unknown>; placeholders: TemplatePlaceholder[] } {
  if (type === 'webhook' && typeof config['endpoint'] === 'string') {
    const placeholder: TemplatePlaceholder = {
      name: 'endpoint',
      field: 'config.endpoint',
      placeholder: '{endpoint}',
      type: 'url',
      description: `The address to send to, such as one at ${new URL(config['endpoint']).host}`,
    };
    return { config: { ...config, endpoint: '{endpoint}' }, placeholders: [placeholder] };
  }
  const placeholders: TemplatePlaceholder[] = [];
  const shown = Object.entries(config).map(([member, value]) => {
    const secret = typeof value === 'string' && URL.canParse(value) ? secretParametersOf(value) : [];
    if (secret.length === 0) return [member, value];
    return [
      member,
      secret.reduce((address, parameter) => withPlaceholder(address, parameter, member), value as string),
    ];
  });
  return { config: Object.fromEntries(shown) as Record<string, unknown>, placeholders };

  function withPlaceholder(address: string, parameter: string, member: string): string {
    const name = `${member}_${parameter}`.replaceAll(/\W/g, '_');
    placeholders.push({
      name,
      field: `config.${member}`,
      placeholder: `{${name}}`,
      type: 'part',
      description: `The parameter ${parameter} of the address`,
    });
    const url = new URL(address.replaceAll('{', '%7B').replaceAll('}', '%7D'));
    url.searchParams.set(parameter, `{${name}}`);
    return url.href.replaceAll('%7B', '{').replaceAll('%7D', '}');
  }
}

function secretParametersOf(address: string): string[] {
  return [...new URL(address).searchParams.keys()].filter((name) => secretParameter.test(name));
}
