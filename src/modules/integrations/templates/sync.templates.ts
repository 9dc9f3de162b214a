import type { IntegrationTemplate, TemplatePlaceholder } from './integration-template.js';

const hourly = 3600;
const daily = 86_400;

const pulled: Pick<IntegrationTemplate, 'type' | 'hosts' | 'suggestedEvents' | 'mapping'> = {
  type: 'api',
  hosts: [],
  suggestedEvents: [],
  mapping: null,
};

const value = (
  name: string,
  field: TemplatePlaceholder['field'],
  type: TemplatePlaceholder['type'],
  description: string,
): TemplatePlaceholder => ({ name, field, placeholder: `{${name}}`, type, description });

/**
 * A failure is an answer with status 200 and an object in place of the list, which the run reports.
 *
 * @see https://docs.moodle.org/dev/Web_service_API_functions
 * @see https://docs.moodle.org/en/Using_web_services
 */
export const moodle: IntegrationTemplate = {
  ...pulled,
  name: 'Moodle courses',
  description: 'Reads the courses of a Moodle site once an hour, by its web services, and tells what has changed',
  authType: 'api_key',
  config: {
    endpoint: 'https://{site}/webservice/rest/server.php?wsfunction=core_course_get_courses&moodlewsrestformat=json',
    method: 'GET',
    direction: 'pull',
    pull: { pagination: { style: 'none' }, keyField: 'id' },
  },
  authConfig: { in: 'query', parameter: 'wstoken', key: '{token}' },
  syncFrequency: hourly,
  placeholders: [
    value(
      'site',
      'config.endpoint',
      'host',
      'The host of the site, such as moodle.example.edu; give `endpoint` if it lies in a folder',
    ),
    value('token', 'authConfig.key', 'secret', 'Token of a user who may call core_course_get_courses'),
  ],
  setup: [
    'Under Site administration, Server, Web services: enable web services and the REST protocol',
    'Make a service with the function core_course_get_courses, and a token for it',
  ],
};

/** @see https://canvas.instructure.com/doc/api/file.pagination.html */
export const canvas: IntegrationTemplate = {
  ...pulled,
  name: 'Canvas courses',
  description: 'Reads the courses of a Canvas account once an hour, page by page, and tells what has changed',
  authType: 'bearer',
  config: {
    endpoint: 'https://{site}/api/v1/accounts/{account}/courses?include[]=term',
    method: 'GET',
    direction: 'pull',
    pull: { pagination: { style: 'link', sizeParameter: 'per_page', size: 100 }, keyField: 'id' },
  },
  authConfig: { token: '{token}' },
  syncFrequency: hourly,
  placeholders: [
    value('site', 'config.endpoint', 'host', 'The host of the site, such as school.instructure.com'),
    value('account', 'config.endpoint', 'part', 'The id of the account, or self'),
    value('token', 'authConfig.token', 'secret', 'Access token of an admin of the account'),
  ],
  setup: ['In the profile of an admin, under Settings: make a new access token'],
};

/** The shape of most student information systems; change `pull` to what yours speaks. */
export const studentInformationSystem: IntegrationTemplate = {
  ...pulled,
  name: 'Student information system',
  description: 'Reads students that have changed since the last run, twice an hour, and tells what has changed',
  authType: 'api_key',
  config: {
    endpoint: '{endpoint}',
    method: 'GET',
    direction: 'pull',
    pull: {
      pagination: { style: 'page', parameter: 'page', sizeParameter: 'per_page', size: 200 },
      recordsPath: 'data',
      keyField: 'id',
      watermark: { field: 'updated_at', parameter: 'updated_since', format: 'iso' },
    },
  },
  authConfig: { header: 'X-API-Key', key: '{key}' },
  syncFrequency: 1800,
  placeholders: [
    value('endpoint', 'config.endpoint', 'url', 'The address of its list of students'),
    value('key', 'authConfig.key', 'secret', 'An API key that may read students'),
  ],
  setup: ['Create an API key for this application that may only read'],
};

export const s3Export: IntegrationTemplate = {
  name: 'S3 export',
  description: 'Writes grades into a bucket once a day, as compressed JSON lines',
  type: 'file',
  authType: 'basic',
  config: {
    provider: 's3',
    bucket: '{bucket}',
    region: '{region}',
    path: '{folder}',
    direction: 'export',
    format: 'ndjson',
    compression: 'gzip',
    name: 'grades-{batchId}.ndjson.gz',
    source: { events: ['grade.published'] },
    batchSize: 1000,
  },
  authConfig: { username: '{accessKeyId}', password: '{secretAccessKey}' },
  syncFrequency: daily,
  placeholders: [
    value('bucket', 'config.bucket', 'text', 'The name of the bucket'),
    value('region', 'config.region', 'text', 'Its region, such as eu-central-1'),
    value('folder', 'config.path', 'text', 'The folder in it, such as lyceum/grades'),
    value('accessKeyId', 'authConfig.username', 'text', 'Access key id of a user who may put and list objects there'),
    value('secretAccessKey', 'authConfig.password', 'secret', 'The secret access key'),
  ],
  hosts: [],
  setup: ['Make a user with s3:PutObject and s3:ListBucket for the folder, and an access key for it'],
  suggestedEvents: [],
  mapping: null,
};

export const postgresqlPull: IntegrationTemplate = {
  name: 'PostgreSQL pull',
  description: 'Reads rows that have changed since the last run from a PostgreSQL database, once an hour',
  type: 'database',
  authType: 'basic',
  config: {
    direction: 'pull',
    engine: 'postgresql',
    host: '{host}',
    database: '{database}',
    tls: 'verify',
    query: '{query}',
    keyColumns: ['id'],
    watermarkColumn: 'updated_at',
  },
  authConfig: { username: '{username}', password: '{password}' },
  syncFrequency: hourly,
  placeholders: [
    value('host', 'config.host', 'host', 'The host of the database server'),
    value('database', 'config.database', 'text', 'The name of the database'),
    value('query', 'config.query', 'text', 'One query that reads, with the columns id and updated_at among others'),
    value('username', 'authConfig.username', 'text', 'A user who may only read'),
    value('password', 'authConfig.password', 'secret', 'The password'),
  ],
  hosts: [],
  setup: ['Create a user who may read the tables of the query, and nothing else'],
  suggestedEvents: [],
  mapping: null,
};
