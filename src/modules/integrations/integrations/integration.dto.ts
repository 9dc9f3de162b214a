import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import {
  IsBoolean,
  IsDefined,
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
import { z } from 'zod';
import { authTypes, type AuthType } from '../credentials/credentials.policy.js';
import { configSchemas } from './integration-config.js';
import { integrationTypes, type IntegrationType } from './integration-type.js';

const slackConfig = { endpoint: 'https://hooks.slack.com/services/YOUR/SLACK/WEBHOOK', method: 'POST' };

const configDescriptions = Object.values(configSchemas).map((schema) =>
  z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' }),
);

export class CreateIntegrationBody {
  @ApiProperty({ description: 'Unique, whatever its case', maxLength: 255, example: 'Slack Notifications' })
  @IsString()
  @Length(1, 255)
  @Matches(/\S/, { message: 'name must not be blank' })
  name: string;

  @ApiProperty({ enum: integrationTypes, example: 'webhook' })
  @IsIn(integrationTypes)
  type: IntegrationType;

  @ApiProperty({
    description: 'What it must hold depends on `type`',
    anyOf: configDescriptions as [],
    example: slackConfig,
  })
  @IsObject()
  config: Record<string, unknown>;

  @ApiPropertyOptional({ enum: authTypes, default: 'none', example: 'none' })
  @IsOptional()
  @IsIn(authTypes)
  authType?: AuthType;

  @ApiPropertyOptional({
    description:
      'By authType: api_key `{key, in, header, parameter}`, bearer `{token}`, basic `{username, password}` (for SFTP also ' +
      '`privateKey`, whose passphrase `password` then is; for S3 the access key id and its secret, and `sessionToken`), ' +
      'oauth and oauth2 `{accessToken}`, or `{grantType, tokenUrl, clientId, clientSecret, scope, audience, clientAuthentication, ' +
      'revocationUrl}` with grantType `client_credentials`, `refresh_token` (and `refreshToken`) or `authorization_code` (and ' +
      '`authorizationUrl`, `issuer`). Secrets are sealed and never shown again.',
    type: 'object',
    additionalProperties: true,
    example: {},
  })
  @IsOptional()
  @IsObject()
  authConfig?: Record<string, unknown>;

  @ApiPropertyOptional({
    description:
      'Seconds between two synchronisations: 0 for never, else at least 30. The default is 0 with `syncCron`',
    minimum: 0,
    maximum: 31_536_000,
    default: 3600,
    example: 0,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  syncFrequency?: number;

  @ApiPropertyOptional({
    description: 'Instead of `syncFrequency`: a cron expression of five fields; null for none',
    type: String,
    nullable: true,
    maxLength: 100,
    example: '30 6 * * 1-5',
  })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString()
  @Length(1, 100)
  syncCron?: string | null;

  @ApiPropertyOptional({
    description: 'The time zone of `syncCron`, by its IANA name',
    default: 'UTC',
    maxLength: 64,
    example: 'Europe/Berlin',
  })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  syncTimeZone?: string;

  @ApiPropertyOptional({
    description: 'Whether `record.created`, `record.updated` and `record.deleted` are published for what a pull finds',
    default: true,
    example: true,
  })
  @IsOptional()
  @IsBoolean()
  changeEvents?: boolean;
}

/** What is left out stays as it is. */
export class UpdateIntegrationBody extends PartialType(CreateIntegrationBody) {}

export class TestIntegrationBody {
  @ApiPropertyOptional({
    description:
      'Sent as JSON when it is given. Without it nothing is changed over there, but for the type `webhook`, which is sent ' +
      '`{"message": "Test connection"}`',
    example: { message: 'Hello' },
  })
  @IsOptional()
  testData?: unknown;
}

export class SendBody {
  @ApiProperty({ description: 'Sent as JSON', example: { text: 'Grades are out' } })
  @IsDefined({ message: 'Data is required' })
  data: unknown;

  @ApiPropertyOptional({
    description: 'Another address of the same origin as config.endpoint',
    example: 'https://sis.example.edu/api/students/7',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2048)
  endpoint?: string;
}
