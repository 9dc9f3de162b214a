import { ApiProperty } from '@nestjs/swagger';
import { ShownSecretResponse } from '../shown-secret.dto.js';
import { mappingExample } from './incoming-source.dto.js';
import type { KeyOrigin } from './schemes/scheme.js';
import { schemeNames } from './schemes/schemes.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';
const secret = 'whin_4r1uZ0FJmB0y2yqf1q5m9mQxXkqfUO1H3cN8wVtYbSE';
const url = `https://lyceum.example.edu/api/integrations/webhook/receive/${secret}`;
const recipe = [`Have the sender POST to ${url}.`];

export class IncomingSourceCreatedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ format: 'uuid', example: id })
  sourceId: string;

  @ApiProperty({ example: 'Incoming source added successfully' })
  message: string;

  @ApiProperty({
    description: 'The secret in the address, or the key; shown only this once. Null when the sender makes it',
    type: String,
    nullable: true,
    example: secret,
  })
  secret: string | null;

  @ApiProperty({ description: 'Where the sender posts; shown only this once', example: url })
  url: string;

  @ApiProperty({ description: 'What to do at the sender', type: [String], example: recipe })
  recipe: string[];
}

export class IncomingSourceRotatedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ format: 'uuid', example: id })
  sourceId: string;

  @ApiProperty({ example: 'Incoming source rotated successfully' })
  message: string;

  @ApiProperty({
    description: 'Shown only this once; null for a new address with a token',
    type: String,
    nullable: true,
    example: secret,
  })
  secret: string | null;

  @ApiProperty({
    description: 'The new address; null when only the key is new',
    type: String,
    nullable: true,
    example: url,
  })
  url: string | null;
}

export class IncomingKeyResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ type: ShownSecretResponse })
  secret: ShownSecretResponse;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({
    description: 'Null for the current one',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  expiresAt: Date | null;
}

export class IncomingSourceResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ example: 'Grades from GitHub Classroom' })
  name: string;

  @ApiProperty({ enum: ['active', 'inactive'], example: 'active' })
  state: 'active' | 'inactive';

  @ApiProperty({ enum: schemeNames, example: 'github' })
  scheme: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  settings: object;

  @ApiProperty({
    description: 'Null: where the scheme says',
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: null,
  })
  deliveryId: object | null;

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, example: mappingExample })
  mapping: object[];

  @ApiProperty({ example: 6000 })
  maxPerMinute: number;

  @ApiProperty({ description: 'The secret part of the address', type: ShownSecretResponse })
  secret: ShownSecretResponse;

  @ApiProperty({
    description: 'Until when the address before it is valid',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  previousAddressUntil: Date | null;

  @ApiProperty({ description: 'Those that are valid now', type: [IncomingKeyResponse] })
  keys: IncomingKeyResponse[];

  @ApiProperty({
    description: 'When a webhook was last refused, to the minute',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  lastRefusedAt: Date | null;

  @ApiProperty({ description: 'Why', type: String, nullable: true, example: 'signature-wrong' })
  lastRefusal: string | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;
}

export class IncomingSourceListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [IncomingSourceResponse] })
  sources: IncomingSourceResponse[];
}

export class IncomingSourceDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: IncomingSourceResponse })
  source: IncomingSourceResponse;

  @ApiProperty({ description: 'What to do at the sender', type: [String], example: recipe })
  recipe: string[];
}

export class IncomingSchemeResponse {
  @ApiProperty({ enum: schemeNames, example: 'github' })
  name: string;

  @ApiProperty({ example: 'GitHub' })
  title: string;

  @ApiProperty({ description: 'Who makes the key', enum: ['none', 'given', 'either'], example: 'either' })
  keys: KeyOrigin;

  @ApiProperty({
    description: 'JSON Schema (2020-12)',
    type: 'object',
    additionalProperties: true,
    example: { type: 'object' },
  })
  settingsSchema: object;

  @ApiProperty({ description: 'What to do at the sender', type: [String], example: recipe })
  recipe: string[];
}

export class IncomingSchemeListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [IncomingSchemeResponse] })
  schemes: IncomingSchemeResponse[];
}

export class ReceivedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ example: 'Webhook received successfully' })
  message: string;

  @ApiProperty({ format: 'uuid', example: id })
  requestId: string;

  @ApiProperty({
    description: 'The sender has posted the same webhook before; it is not processed again',
    example: false,
  })
  isDuplicate: boolean;
}

export class ChallengeResponse {
  @ApiProperty({
    description: 'What Slack sent to check the address',
    example: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
  })
  challenge: string;
}
