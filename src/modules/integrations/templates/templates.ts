import type { AuthType } from '../integrations/credentials.policy.js';
import type { IntegrationType } from '../integrations/integration-type.js';

/** A filled-in body for `POST /api/integrations`, but for its placeholders. */
export interface IntegrationTemplate {
  name: string;
  description: string;
  type: IntegrationType;
  authType: AuthType;
  config: Record<string, unknown>;
  authConfig: Record<string, string>;
  /** Seconds; 0 means never. */
  syncFrequency: number;
  /** What has to be replaced before the integration is activated. */
  placeholders: { field: string; placeholder: string; description: string }[];
  /** Event types that are often sent there. */
  suggestedEvents: string[];
}

const json = { 'Content-Type': 'application/json' };

/** Starting points for common services; the keys and the first three examples are those of the original guide. */
export const templates: Record<string, IntegrationTemplate> = {
  slack: {
    name: 'Slack Notifications',
    description:
      'Posts into a Slack channel. An incoming webhook of Slack takes {"text": "…"}: send that with POST /:id/send.',
    type: 'webhook',
    authType: 'none',
    config: { endpoint: 'https://hooks.slack.com/services/{workspace}/{channel}/{token}', method: 'POST' },
    authConfig: {},
    syncFrequency: 0,
    placeholders: [
      {
        field: 'config.endpoint',
        placeholder: '{workspace}',
        description: 'First part of the path of the webhook URL (T…)',
      },
      { field: 'config.endpoint', placeholder: '{channel}', description: 'Second part (B…)' },
      { field: 'config.endpoint', placeholder: '{token}', description: 'Third part; it is a secret' },
    ],
    suggestedEvents: ['user.registered', 'module.created', 'system.error'],
  },
  discord: {
    name: 'Discord Notifications',
    description:
      'Posts into a Discord channel. A webhook of Discord takes {"content": "…"}: send that with POST /:id/send.',
    type: 'webhook',
    authType: 'none',
    config: { endpoint: 'https://discord.com/api/webhooks/{webhookId}/{webhookToken}', method: 'POST' },
    authConfig: {},
    syncFrequency: 0,
    placeholders: [
      { field: 'config.endpoint', placeholder: '{webhookId}', description: 'From the webhook settings of the channel' },
      { field: 'config.endpoint', placeholder: '{webhookToken}', description: 'From the same place; it is a secret' },
    ],
    suggestedEvents: ['module.created', 'timetable.created', 'system.error'],
  },
  google_sheets: {
    name: 'Google Sheets Sync',
    description: 'Writes values into a Google sheet with {"values": [[…]]}.',
    type: 'api',
    authType: 'bearer',
    config: {
      endpoint: 'https://sheets.googleapis.com/v4/spreadsheets/{spreadsheetId}/values/{range}',
      method: 'POST',
      headers: json,
    },
    authConfig: { token: 'YOUR_GOOGLE_ACCESS_TOKEN' },
    syncFrequency: 3600,
    placeholders: [
      { field: 'config.endpoint', placeholder: '{spreadsheetId}', description: 'From the address of the sheet' },
      {
        field: 'config.endpoint',
        placeholder: '{range}',
        description: 'Such as Sheet1!A1:append?valueInputOption=RAW',
      },
      {
        field: 'authConfig.token',
        placeholder: 'YOUR_GOOGLE_ACCESS_TOKEN',
        description: 'Access token with the scope spreadsheets',
      },
    ],
    suggestedEvents: ['grade.published'],
  },
  zapier: {
    name: 'Zapier',
    description: 'Starts a Zap; "Webhooks by Zapier" takes deliveries as they are.',
    type: 'webhook',
    authType: 'none',
    config: { endpoint: 'https://hooks.zapier.com/hooks/catch/{account}/{hook}/', method: 'POST' },
    authConfig: {},
    syncFrequency: 0,
    placeholders: [
      { field: 'config.endpoint', placeholder: '{account}', description: 'First number of the webhook URL' },
      { field: 'config.endpoint', placeholder: '{hook}', description: 'Last part of the webhook URL; it is a secret' },
    ],
    suggestedEvents: ['*'],
  },
  custom_api: {
    name: 'Custom API',
    description: 'A REST interface of your own, such as a student information system.',
    type: 'api',
    authType: 'api_key',
    config: { endpoint: 'https://sis.yourinstitution.edu/api/students', method: 'POST', headers: json },
    authConfig: { header: 'X-API-Key', key: 'your-api-key-here' },
    syncFrequency: 1800,
    placeholders: [
      {
        field: 'config.endpoint',
        placeholder: 'https://sis.yourinstitution.edu/api/students',
        description: 'Its address',
      },
      { field: 'authConfig.key', placeholder: 'your-api-key-here', description: 'Its API key' },
    ],
    suggestedEvents: ['user.registered', 'grade.published'],
  },
};
