import type { FieldError } from '../../../platform/errors/app-error.js';
import type { AuthType, Credentials } from '../credentials/credentials.policy.js';
import type { IntegrationConfig } from '../integrations/integration-config.js';
import type { IntegrationType } from '../integrations/integration-type.js';
import { privateKeyProblem } from './files/private-key.policy.js';

interface Definition {
  type: IntegrationType;
  config: IntegrationConfig;
  authType: AuthType;
  secrets: Credentials;
}

/** What the kind of system that is connected cannot log in with; undefined when all fits. */
export function loginProblem({ type, config, authType, secrets }: Definition): FieldError | undefined {
  const provider = 'provider' in config ? config.provider : undefined;
  const allowed = allowedTypes(type, provider);
  if (allowed !== undefined && !allowed.includes(authType)) {
    const names = allowed.map((each) => `"${each}"`).join(' or ');
    const what = provider === undefined ? `type "${type}"` : `provider "${provider}"`;
    return { field: 'authType', message: `must be ${names} for the ${what}` };
  }
  if (authType !== 'basic') return undefined;
  if (secrets['privateKey'] !== undefined && provider !== 'sftp') {
    return { field: 'authConfig.privateKey', message: 'is for the provider "sftp" only' };
  }
  const keyProblem = secrets['privateKey'] === undefined ? undefined : privateKeyProblem(secrets['privateKey']);
  if (keyProblem !== undefined) return { field: 'authConfig.privateKey', message: keyProblem };
  if (secrets['sessionToken'] !== undefined && provider !== 's3') {
    return { field: 'authConfig.sessionToken', message: 'is for the provider "s3" only' };
  }
  return undefined;
}

/** Undefined for HTTP, which knows every kind. */
function allowedTypes(type: IntegrationType, provider: string | undefined): AuthType[] | undefined {
  if (type === 'database') return ['basic'];
  if (type !== 'file') return undefined;
  if (provider === 'sftp') return ['basic'];
  return provider === 's3' ? ['basic', 'none'] : ['none'];
}
