import { jsonHeaders, type IntegrationTemplate } from './integration-template.js';

/** The script answers with HTML because what `ContentService` answers comes by a redirect, which no webhook follows. */
const appsScript = `function doPost(e) {
  const { values } = JSON.parse(e.postData.contents);
  SpreadsheetApp.getActiveSpreadsheet().getSheets()[0].appendRow(values);
  return HtmlService.createHtmlOutput('ok');
}`;

/** @see https://developers.google.com/apps-script/guides/web */
export const googleSheets: IntegrationTemplate = {
  name: 'Google Sheets',
  description: 'Adds a row for each event to a Google sheet, by a web app of Apps Script in that sheet',
  type: 'webhook',
  authType: 'none',
  config: { endpoint: 'https://script.google.com/macros/s/{deploymentId}/exec', method: 'POST' },
  authConfig: {},
  syncFrequency: 0,
  placeholders: [
    {
      name: 'deploymentId',
      field: 'config.endpoint',
      placeholder: '{deploymentId}',
      type: 'part',
      description: 'Of the web app (AKfy…); it is a secret, because anybody who knows it can add rows',
    },
  ],
  hosts: ['script.google.com'],
  setup: [
    `In the sheet, under Extensions, Apps Script, save:\n${appsScript}`,
    'Deploy it as a web app that runs as you and that anyone can access',
    'Copy the deployment id',
  ],
  suggestedEvents: ['grade.published'],
  mapping: { values: ['{{id}}', '{{timestamp}}', '{{event}}', '{{data | json}}'] },
};

/** @see https://developers.google.com/sheets/api/reference/rest/v4/spreadsheets.values/append */
export const googleSheetsApi: IntegrationTemplate = {
  name: 'Google Sheets Sync',
  description: 'Writes values into a Google sheet with {"values": [[…]]}, sent with POST /:id/send',
  type: 'api',
  authType: 'bearer',
  config: {
    endpoint: 'https://sheets.googleapis.com/v4/spreadsheets/{spreadsheetId}/values/{range}',
    method: 'POST',
    headers: jsonHeaders,
  },
  authConfig: { token: 'YOUR_GOOGLE_ACCESS_TOKEN' },
  syncFrequency: 3600,
  placeholders: [
    {
      name: 'spreadsheetId',
      field: 'config.endpoint',
      placeholder: '{spreadsheetId}',
      type: 'part',
      description: 'From the address of the sheet',
    },
    {
      name: 'range',
      field: 'config.endpoint',
      placeholder: '{range}',
      type: 'part',
      description: 'Such as Sheet1!A1:append?valueInputOption=RAW',
    },
    {
      name: 'token',
      field: 'authConfig.token',
      placeholder: 'YOUR_GOOGLE_ACCESS_TOKEN',
      type: 'secret',
      description: 'Access token with the scope spreadsheets',
    },
  ],
  hosts: ['sheets.googleapis.com'],
  setup: ['Get an access token for an account that may change the sheet'],
  suggestedEvents: [],
  mapping: null,
};

/** @see https://help.zapier.com/hc/en-us/articles/8496288690317-Trigger-Zaps-from-webhooks */
export const zapier: IntegrationTemplate = {
  name: 'Zapier',
  description: 'Starts a Zap; "Webhooks by Zapier" takes any JSON object, and shows data as data__…',
  type: 'webhook',
  authType: 'none',
  config: { endpoint: 'https://hooks.zapier.com/hooks/catch/{account}/{hook}/', method: 'POST' },
  authConfig: {},
  syncFrequency: 0,
  placeholders: [
    {
      name: 'account',
      field: 'config.endpoint',
      placeholder: '{account}',
      type: 'part',
      description: 'First number of the webhook URL',
    },
    {
      name: 'hook',
      field: 'config.endpoint',
      placeholder: '{hook}',
      type: 'part',
      description: 'Last part of the webhook URL; it is a secret',
    },
  ],
  hosts: ['hooks.zapier.com'],
  setup: ['Create a Zap that starts with "Webhooks by Zapier", "Catch Hook"', 'Copy its webhook URL'],
  suggestedEvents: ['*'],
  mapping: null,
};

export const customApi: IntegrationTemplate = {
  name: 'Custom API',
  description: 'A REST interface of your own, such as a student information system',
  type: 'api',
  authType: 'api_key',
  config: { endpoint: 'https://sis.yourinstitution.edu/api/students', method: 'POST', headers: jsonHeaders },
  authConfig: { header: 'X-API-Key', key: 'your-api-key-here' },
  syncFrequency: 1800,
  placeholders: [
    {
      name: 'endpoint',
      field: 'config.endpoint',
      placeholder: 'https://sis.yourinstitution.edu/api/students',
      type: 'url',
      description: 'Its address',
    },
    {
      name: 'key',
      field: 'authConfig.key',
      placeholder: 'your-api-key-here',
      type: 'secret',
      description: 'Its API key; sent with POST /:id/send, and as a header of each webhook, which is signed as well',
    },
  ],
  hosts: [],
  setup: ['Create an API key for this application'],
  suggestedEvents: ['user.registered', 'grade.published'],
  mapping: null,
};
