import { ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { maxRules } from './incoming-mapping.policy.js';
import { incomingSecretPattern } from './incoming-secrets.js';
import { schemeNames } from './schemes/schemes.js';

const secret = 'whin_4r1uZ0FJmB0y2yqf1q5m9mQxXkqfUO1H3cN8wVtYbSE';
const maxPerMinuteLimit = 600_000;
const maxOverlapSeconds = 604_800;
const keyPattern = /^[^\p{Cc}]{8,500}$/u;
const keyMessage = { message: 'key must be 8 to 500 characters without control characters' };

export const mappingExample = [
  {
    when: { path: 'headers.x-github-event', eq: 'grade' },
    event: 'grade.published',
    data: { studentId: '{{body.student.id}}', moduleId: '{{body.course.id}}', grade: '{{body.grade}}' },
  },
];

export class CreateIncomingSourceBody {
  @ApiPropertyOptional({ maxLength: 200, default: 'Incoming source', example: 'Grades from GitHub Classroom' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string;

  @ApiPropertyOptional({
    description: 'How the sender is verified; the address of `path-secret` holds a secret, all others an opaque token',
    enum: schemeNames,
    default: 'path-secret',
    example: 'path-secret',
  })
  @IsOptional()
  @IsIn(schemeNames)
  scheme?: string;

  @ApiPropertyOptional({
    description: 'What `GET /api/integrations/incoming/schemes` says of the scheme',
    type: 'object',
    additionalProperties: true,
    example: {},
  })
  @IsOptional()
  @IsObject()
  settings?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'For `path-secret`: a secret that the sender already uses; left out, one is made',
    minLength: 20,
    maxLength: 200,
    example: secret,
  })
  @IsOptional()
  @IsString()
  @Matches(incomingSecretPattern, { message: 'secret must be 20 to 200 letters, digits and . _ ~ -' })
  secret?: string;

  @ApiPropertyOptional({
    description: 'The key that the sender signs with or sends; left out, one is made or the sender makes it',
    minLength: 8,
    maxLength: 500,
    example: 'a key that the sender already uses',
  })
  @IsOptional()
  @IsString()
  @Matches(keyPattern, keyMessage)
  key?: string;

  @ApiPropertyOptional({
    description: 'Where the sender numbers its webhooks (`header` or `bodyPath`), if not where the scheme says',
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    example: { header: 'x-request-id' },
  })
  @IsOptional()
  @IsObject()
  deliveryId?: Record<string, unknown> | null;

  @ApiPropertyOptional({
    description:
      'Each rule whose `when` holds publishes an event. `when` is a filter and `data` a mapping, as those of webhooks, on ' +
      '`headers` and `body` of the request. A placeholder of what is not there gives null; `{{body.note | ifExists}}` leaves ' +
      'its member out. A type that is neither in the catalogue nor registered needs `isCustom: true`.',
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    example: mappingExample,
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxRules)
  mapping?: Record<string, unknown>[];

  @ApiPropertyOptional({
    description: 'Webhooks that are taken in a minute; more get 429',
    minimum: 1,
    maximum: maxPerMinuteLimit,
    default: 6000,
    example: 6000,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxPerMinuteLimit)
  maxPerMinute?: number;
}

export class UpdateIncomingSourceBody extends PartialType(
  PickType(CreateIncomingSourceBody, ['name', 'settings', 'deliveryId', 'mapping', 'maxPerMinute']),
) {
  @ApiPropertyOptional({
    description: 'An inactive source refuses everything',
    enum: ['active', 'inactive'],
    example: 'inactive',
  })
  @ValidateIf((_body, value) => value !== undefined)
  @IsIn(['active', 'inactive'])
  state?: 'active' | 'inactive';
}

export class RotateIncomingSourceBody extends PartialType(PickType(CreateIncomingSourceBody, ['secret', 'key'])) {
  @ApiPropertyOptional({
    description: 'Left out: the key, if the scheme has one',
    enum: ['key', 'address'],
    example: 'key',
  })
  @IsOptional()
  @IsIn(['key', 'address'])
  what?: 'key' | 'address';

  @ApiPropertyOptional({
    description: 'How long what is replaced stays valid',
    minimum: 0,
    maximum: maxOverlapSeconds,
    default: 86_400,
    example: 86_400,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxOverlapSeconds)
  overlapSeconds?: number;
}
