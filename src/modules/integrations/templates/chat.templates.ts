import type { IntegrationTemplate } from './integration-template.js';

const notification = { type: 'webhook', authType: 'none', authConfig: {}, syncFrequency: 0 } as const;

/**
 * Escaping makes a character at most five long, and a section takes 3000.
 *
 * @see https://api.slack.com/messaging/webhooks
 * @see https://api.slack.com/reference/block-kit/blocks#section
 */
export const slack: IntegrationTemplate = {
  ...notification,
  name: 'Slack Notifications',
  description: 'Posts a message into a Slack channel, by an incoming webhook',
  config: { endpoint: 'https://hooks.slack.com/services/{workspace}/{channel}/{token}', method: 'POST' },
  placeholders: [
    {
      name: 'workspace',
      field: 'config.endpoint',
      placeholder: '{workspace}',
      type: 'part',
      description: 'First part of the path of the webhook URL (T…)',
    },
    {
      name: 'channel',
      field: 'config.endpoint',
      placeholder: '{channel}',
      type: 'part',
      description: 'Second part (B…)',
    },
    {
      name: 'token',
      field: 'config.endpoint',
      placeholder: '{token}',
      type: 'part',
      description: 'Third part; it is a secret',
    },
  ],
  hosts: ['hooks.slack.com'],
  setup: ['Create a Slack app with an incoming webhook for the channel', 'Copy its webhook URL'],
  suggestedEvents: ['user.registered', 'module.created', 'system.error'],
  mapping: {
    text: '{{event}}: {{data | lines | truncate 550 | slack}}',
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '*{{event}}*\n{{data | lines | truncate 550 | slack}}' } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: '{{timestamp | datetime}} · {{id}}' }] },
    ],
  },
};

/**
 * Mentions inside the data notify nobody. A description takes 4096 characters, and escaping at most doubles them.
 *
 * @see https://discord.com/developers/docs/resources/webhook#execute-webhook
 */
export const discord: IntegrationTemplate = {
  ...notification,
  name: 'Discord Notifications',
  description: 'Posts a message with an embed into a Discord channel',
  config: { endpoint: 'https://discord.com/api/webhooks/{webhookId}/{webhookToken}', method: 'POST' },
  placeholders: [
    {
      name: 'webhookId',
      field: 'config.endpoint',
      placeholder: '{webhookId}',
      type: 'part',
      description: 'First part of the webhook URL of the channel, a number',
    },
    {
      name: 'webhookToken',
      field: 'config.endpoint',
      placeholder: '{webhookToken}',
      type: 'part',
      description: 'Second part; it is a secret',
    },
  ],
  hosts: ['discord.com', 'discordapp.com'],
  setup: ['In the settings of the channel, under Integrations, create a webhook', 'Copy its webhook URL'],
  suggestedEvents: ['module.created', 'timetable.created', 'system.error'],
  mapping: {
    content: '**{{event | markdown}}**',
    embeds: [
      {
        title: '{{event}}',
        description: '{{data | lines | truncate 1900 | markdown}}',
        timestamp: '{{timestamp}}',
      },
    ],
    allowed_mentions: { parse: [] },
  },
};

/** @see https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
export const teams: IntegrationTemplate = {
  ...notification,
  name: 'Microsoft Teams Notifications',
  description: 'Posts an adaptive card into a Teams channel, by a workflow that starts with a webhook request',
  config: { endpoint: 'https://prod-00.westeurope.logic.azure.com/workflows/{workflow}', method: 'POST' },
  placeholders: [
    {
      name: 'workflowUrl',
      field: 'config.endpoint',
      placeholder: 'https://prod-00.westeurope.logic.azure.com/workflows/{workflow}',
      type: 'url',
      description: 'The whole address that the workflow shows; its signature is a secret',
    },
  ],
  hosts: ['logic.azure.com', 'api.powerplatform.com', 'webhook.office.com'],
  setup: [
    'In Teams, add the workflow "Post to a channel when a webhook request is received" to the channel',
    'Copy the address that it shows',
  ],
  suggestedEvents: ['module.created', 'timetable.created', 'system.error'],
  mapping: {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', text: '{{event | markdown}}', weight: 'Bolder', size: 'Medium', wrap: true },
            { type: 'TextBlock', text: '{{data | lines | truncate 2000 | markdown}}', wrap: true },
            { type: 'TextBlock', text: '{{timestamp | datetime}}', isSubtle: true, wrap: true },
          ],
        },
      },
    ],
  },
};
