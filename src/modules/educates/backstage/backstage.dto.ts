import { ApiProperty, type ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

const portal = {
  name: 'campus',
  uid: 'f2a1b0c9-5d7e-4c1a-9a57-0d6a7d1f2b3e',
  generation: 1,
  url: 'https://lyceum.example.edu/api/educates/portals/campus',
  labels: {},
  sessions: { maximum: 100, registered: 0, anonymous: 0, allocated: 42 },
};

const workshop = {
  name: 'git-basics',
  resource: 'lab-git-basics',
  title: 'Git from the first commit',
  description: 'Commit, branch and merge',
  vendor: 'Example University',
  authors: ['Ada Lovelace'],
  difficulty: 'beginner',
  duration: '45m',
  tags: ['git'],
  labels: {},
  logo: '',
  url: '',
  environment: {
    name: 'campus-w01',
    state: 'RUNNING',
    duration: 3600,
    capacity: 20,
    reserved: 2,
    allocated: 7,
    available: 2,
  },
};

/** A training portal's `GET /workshops/catalog/workshops/`; whatever it holds besides passes through. */
export const portalCatalogSchema: Schema = {
  type: 'object',
  required: ['portal', 'workshops'],
  properties: {
    portal: { type: 'object', additionalProperties: true, description: '`url` leads here', example: portal },
    workshops: { type: 'array', items: { type: 'object', additionalProperties: true }, example: [workshop] },
  },
  additionalProperties: true,
};

/** A training portal's answer to a request for a session; whatever it holds besides passes through. */
export const portalSessionSchema: Schema = {
  type: 'object',
  required: ['name', 'url', 'environment'],
  properties: {
    name: { type: 'string', example: 'campus-w01-s001' },
    url: {
      type: 'string',
      description: 'Opens the session. It is a credential: whoever has it is the learner',
      example: 'https://campus.example.org/workshops/session/campus-w01-s001/activate/?token=…&index_url=…',
    },
    environment: { type: 'string', example: 'campus-w01' },
    user: { type: 'string', description: 'Who the caller is to the portal', example: 'u-3f1c' },
  },
  additionalProperties: true,
};

/** RFC 6749 section 5.1. */
export class LogoTokenResponse {
  @ApiProperty({ description: "Opens the portal's logo page here, nothing else", example: '1763640300.Zm9v' })
  access_token: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type: 'Bearer';

  @ApiProperty({ description: 'Seconds', example: 300 })
  expires_in: number;

  @ApiProperty({ enum: ['logo'], example: 'logo' })
  scope: 'logo';
}
