import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsObject, IsOptional, IsString, ArrayMaxSize } from 'class-validator';
import type { Filter } from '../filters/filter.js';

export const maxFields = 100;

const filterDescription =
  'Conditions on what is delivered (`{id, event, timestamp, data}`): `{path, eq|ne|gt|gte|lt|lte|in|exists|startsWith}`, ' +
  '`{and: […]}`, `{or: […]}`, `{not: …}`. Different types are never equal, greater or less.';
const filterExample = { and: [{ path: 'data.moduleId', eq: 3 }, { not: { path: 'data.grade', in: ['A', 'B'] } }] };
const fieldsDescription = 'Members of `data` to deliver, such as `data.studentId`; an empty list delivers none';
const mappingDescription =
  'The body as a JSON document with placeholders such as `{{data.grade}}` or `{{data.date | date}}`; a text that is one ' +
  'placeholder keeps the type of its value';
const mappingExample = { text: 'Grade {{data.grade}} in module {{data.moduleId}}' };

const filterProperty = {
  description: filterDescription,
  type: 'object',
  additionalProperties: true,
  nullable: true,
  example: filterExample,
} as const;
const mappingProperty = {
  description: mappingDescription,
  type: 'object',
  additionalProperties: true,
  nullable: true,
  example: mappingExample,
} as const;
const fieldsProperty = {
  description: fieldsDescription,
  type: [String] as [typeof String],
  nullable: true,
  example: ['data.studentId'],
};

/** Null, or left out: every event, everything. */
export class WebhookContentBody {
  @ApiPropertyOptional(filterProperty)
  @IsOptional()
  @IsObject()
  filter?: Record<string, unknown> | null;

  @ApiPropertyOptional(fieldsProperty)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxFields)
  @IsString({ each: true })
  fields?: string[] | null;

  @ApiPropertyOptional(mappingProperty)
  @IsOptional()
  @IsObject()
  mapping?: Record<string, unknown> | null;
}

export class WebhookContentResponse {
  @ApiProperty(filterProperty)
  filter: Filter | null;

  @ApiProperty(fieldsProperty)
  fields: string[] | null;

  @ApiProperty(mappingProperty)
  mapping: object | null;
}
