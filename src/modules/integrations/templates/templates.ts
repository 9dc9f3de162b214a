import { discord, slack, teams } from './chat.templates.js';
import { customApi, googleSheets, googleSheetsApi, zapier } from './data.templates.js';
import { canvas, moodle, postgresqlPull, s3Export, studentInformationSystem } from './sync.templates.js';
import type { IntegrationTemplate } from './integration-template.js';

/** Starting points for common services; the first five keys are those of the original. */
export const templates: ReadonlyMap<string, IntegrationTemplate> = new Map([
  ['slack', slack],
  ['discord', discord],
  ['google_sheets', googleSheets],
  ['zapier', zapier],
  ['custom_api', customApi],
  ['teams', teams],
  ['google_sheets_api', googleSheetsApi],
  ['moodle', moodle],
  ['canvas', canvas],
  ['student_information_system', studentInformationSystem],
  ['s3_export', s3Export],
  ['postgresql_pull', postgresqlPull],
]);
