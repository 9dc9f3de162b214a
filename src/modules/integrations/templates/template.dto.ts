import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { WebhookContentBody } from '../content/webhook-content.dto.js';
import { slack } from './chat.templates.js';
import type { IntegrationTemplate } from './integration-template.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';

export class TemplateListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({
    description:
      'By key: a body for `POST /api/integrations` with what is to be filled in (`placeholders`), what is to be done on the ' +
      'other side (`setup`), what its webhooks send (`mapping`) and an example of it; `isOwn` says that an admin saved it',
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
    example: { slack },
  })
  templates: Record<string, IntegrationTemplate>;
}

export class FromTemplateBody extends OmitType(WebhookContentBody, ['mapping']) {
  @ApiPropertyOptional({
    description: 'Default: the name of the template',
    maxLength: 255,
    example: 'Slack of the IT school',
  })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @Matches(/\S/, { message: 'name must not be blank' })
  name?: string;

  @ApiPropertyOptional({
    description: 'What the placeholders stand for, by their names',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { workspace: 'T024BE7LD', channel: 'B024BE7LH', token: 'a-token' },
  })
  @IsOptional()
  @IsObject()
  values?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'The whole address that the service shows, in place of the values that stand in it',
    example: 'https://hooks.slack.com/services/T024BE7LD/B024BE7LH/a-token',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2048)
  endpoint?: string;

  @ApiPropertyOptional({
    description: 'One webhook is made for each; default: those that the template suggests',
    type: [String],
    example: ['grade.published'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  events?: string[];

  @ApiPropertyOptional({ description: 'Take it into use at once', default: false, example: true })
  @IsOptional()
  @IsBoolean()
  activate?: boolean;
}

export class SaveTemplateBody {
  @ApiProperty({
    description: 'What it is called in requests',
    pattern: '^[a-z][a-z0-9_]{1,63}$',
    example: 'our_slack',
  })
  @Matches(/^[a-z][a-z0-9_]{1,63}$/, { message: 'key must be lower-case letters, digits and _, such as our_slack' })
  key: string;

  @ApiPropertyOptional({ description: 'Default: the name of the integration', maxLength: 255, example: 'Our Slack' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  name?: string;

  @ApiPropertyOptional({ maxLength: 1000, default: '', example: 'How every school of ours is told about grades' })
  @IsOptional()
  @IsString()
  @Length(0, 1000)
  description?: string;
}

class TemplateWebhookResponse {
  @ApiProperty({ format: 'uuid', example: id })
  webhookId: string;

  @ApiProperty({ example: 'grade.published' })
  eventType: string;

  @ApiProperty({
    description: 'Verifies the deliveries (Standard Webhooks); shown only this once',
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDXxZTtMQ0qIk=',
  })
  secret: string;
}

export class FromTemplateResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ format: 'uuid', example: id })
  integrationId: string;

  @ApiProperty({ type: [TemplateWebhookResponse] })
  webhooks: TemplateWebhookResponse[];

  @ApiProperty({ example: 'Integration registered successfully' })
  message: string;
}
