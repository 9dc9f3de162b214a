import { isDeepStrictEqual } from 'node:util';
import { loginProblem } from '../connectors/login.policy.js';
import { unstorablePath } from '../connectors/storable.policy.js';
import { invalidFields } from '../field-errors.js';
import {
  authAddressesIn,
  parseCredentials,
  type AuthType,
  type Credentials,
  type ShownCredentials,
} from '../credentials/credentials.policy.js';
import { applySync, defaultSync, type SyncDefinition, type SyncInput } from '../sync/sync-definition.policy.js';
import { credentialOriginOf, foreignAddressIn, parseConfig, type IntegrationConfig } from './integration-config.js';
import type { IntegrationType } from './integration-type.js';

/** What an admin defines of an integration, checked, with its secrets in the open. */
export interface IntegrationDefinition extends SyncDefinition {
  name: string;
  type: IntegrationType;
  config: IntegrationConfig;
  authType: AuthType;
  authConfig: ShownCredentials;
  secrets: Credentials;
}

/** What comes from the admin; when an integration is changed, what is left out stays. */
export interface DefinitionInput extends SyncInput {
  name?: string | undefined;
  type?: IntegrationType | undefined;
  config?: Record<string, unknown> | undefined;
  authType?: AuthType | undefined;
  authConfig?: Record<string, unknown> | undefined;
}

/** @throws AppError `integrations.invalid-fields` */
export function defineIntegration(
  input: DefinitionInput & { name: string; type: IntegrationType },
): IntegrationDefinition {
  const authType = input.authType ?? 'none';
  const { shown, secrets } = parseCredentials(authType, input.authConfig ?? {});
  return checked({
    name: input.name.trim(),
    type: input.type,
    config: parseConfig(input.type, input.config),
    authType,
    authConfig: shown,
    secrets,
    ...syncOf(defaultSync, input),
  });
}

/**
 * Applies a change. Credentials stay as they are when `authConfig` is left out or shows them masked, as it was read; but not when
 * the endpoint moves to another origin, so that nobody can have them sent elsewhere without knowing them.
 *
 * @throws AppError `integrations.invalid-fields`
 */
export function changeIntegration(current: IntegrationDefinition, input: DefinitionInput): IntegrationDefinition {
  const type = input.type ?? current.type;
  const config = parseConfig(type, input.config ?? current.config);
  const authType = input.authType ?? current.authType;
  const stays = authType === current.authType;
  const known = stays ? current.secrets : {};
  const given = input.authConfig ?? (stays ? current.authConfig : {});
  const { shown, secrets } = parseCredentials(authType, unmask(given, known));
  const isKept = Object.keys(known).some((name) => isMask(given[name]));
  const moved = isKept ? movedTo({ config, authConfig: shown }, current) : undefined;
  if (moved !== undefined) {
    const message = `must be given anew, secrets included, because ${moved} moves to another origin`;
    throw invalidFields([{ field: 'authConfig', message }]);
  }
  return checked({
    name: input.name?.trim() ?? current.name,
    type,
    config,
    authType,
    authConfig: shown,
    secrets,
    ...syncOf(current, input),
  });
}

/** The names of what a change changed, as they are called in requests. */
export function changedMembers(before: IntegrationDefinition, after: IntegrationDefinition): string[] {
  const facts = ({ authConfig, secrets, ...rest }: IntegrationDefinition) => ({
    name: rest.name,
    type: rest.type,
    config: rest.config,
    authType: rest.authType,
    authConfig: { authConfig, secrets },
    syncFrequency: rest.syncFrequencySeconds,
    syncCron: rest.syncCron,
    syncTimeZone: rest.syncTimeZone,
    changeEvents: rest.publishesChanges,
  });
  const [old, changed] = [facts(before), facts(after)];
  const names = Object.keys(changed) as (keyof typeof changed)[];
  return names.filter((name) => !isDeepStrictEqual(old[name], changed[name]));
}

function checked(definition: IntegrationDefinition): IntegrationDefinition {
  const { authType, config, authConfig } = definition;
  const unstorable = unstorablePath(config, 'config') ?? unstorablePath(authConfig, 'authConfig');
  if (unstorable !== undefined) {
    throw invalidFields([{ field: unstorable, message: 'must not hold U+0000 or half of a surrogate pair' }]);
  }
  const problem = loginProblem(definition);
  if (problem !== undefined) throw invalidFields([problem]);
  const foreign = authType === 'none' ? undefined : foreignAddressIn(definition.config);
  if (foreign !== undefined) {
    const message = 'must be at the origin of config.endpoint, to which the credentials belong';
    throw invalidFields([{ field: foreign, message }]);
  }
  return definition;
}

/** What of the places that secrets go to is somewhere else than before, if anything. */
function movedTo(
  { config, authConfig }: Pick<IntegrationDefinition, 'config' | 'authConfig'>,
  before: Pick<IntegrationDefinition, 'config' | 'authConfig'>,
): string | undefined {
  if (credentialOriginOf(config) !== credentialOriginOf(before.config)) return 'the endpoint';
  const known = new Map(authAddressesIn(before.authConfig).map(({ field, address }) => [field, originIn(address)]));
  return authAddressesIn(authConfig).find(({ field, address }) => known.get(field) !== originIn(address))?.field;
}

function originIn(address: string): string {
  return new URL(address).origin;
}

/** @throws AppError `integrations.invalid-fields` */
function syncOf(current: SyncDefinition, input: SyncInput): SyncDefinition {
  const { syncFrequencySeconds, syncCron, syncTimeZone, publishesChanges } = current;
  const known = { syncFrequencySeconds, syncCron, syncTimeZone, publishesChanges };
  const { sync, errors } = applySync(known, input, new Date());
  if (errors.length > 0) throw invalidFields(errors);
  return sync;
}

/** Puts known secrets in the place of their masks. */
function unmask(given: Record<string, unknown>, known: Credentials): Record<string, unknown> {
  const members = Object.entries(given).map(([name, value]) => [name, isMask(value) ? known[name] : value]);
  return Object.fromEntries(members) as Record<string, unknown>;
}

function isMask(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'set' in value && value.set === true;
}
