import type { AuthType } from '../credentials/credentials.policy.js';
import type { IntegrationType } from '../integrations/integration-type.js';

/** Something that has to be filled in. */
export interface TemplatePlaceholder {
  /** What it is called in `values`. */
  name: string;
  /** Where it stands, with dots into objects. */
  field: `config.${string}` | `authConfig.${string}`;
  /** The text that the value takes the place of. */
  placeholder: string;
  /**
   * `part` is a part of a path or query, `url` a whole address, `host` a host name, `number` a whole number; a `secret` is any text that a
   * header can hold, and `text` any text.
   */
  type: 'part' | 'url' | 'host' | 'number' | 'secret' | 'text';
  description: string;
}

/** A filled-in body for `POST /api/integrations`, but for its placeholders, and what its webhooks send. */
export interface IntegrationTemplate {
  name: string;
  description: string;
  type: IntegrationType;
  authType: AuthType;
  config: Record<string, unknown>;
  authConfig: Record<string, string>;
  /** Seconds; 0 means never. */
  syncFrequency: number;
  /** In place of `syncFrequency`, in `syncTimeZone`. */
  syncCron?: string;
  syncTimeZone?: string;
  /** What has to be filled in before the integration is activated. */
  placeholders: TemplatePlaceholder[];
  /** Hosts to which an endpoint may lead, with those below them; none: anywhere. */
  hosts: string[];
  /** What is to be done on the other side, step by step. */
  setup: string[];
  /** Event types that are often sent there. */
  suggestedEvents: string[];
  /** Makes the body that the service expects; null when it takes `{id, event, timestamp, data}`. */
  mapping: object | null;
}

export const jsonHeaders = { 'Content-Type': 'application/json' };
