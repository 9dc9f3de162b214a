import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { portalStates, type PortalState } from '../portals/portal-state.policy.js';
import type { CatalogOffer, CatalogWorkshop } from './catalog.policy.js';
import type { CatalogSource, MergedCatalog } from './catalog.service.js';

export class CatalogQuery {
  @ApiPropertyOptional({
    description: 'Words that must all be in the name, title, description, vendor or tags',
    example: 'git first',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ example: 'git' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  tag?: string;

  @ApiPropertyOptional({ example: 'beginner' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  difficulty?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Labels that it must have, `key=value` or a key alone; may be repeated',
    example: ['level=101'],
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @ArrayMaxSize(10)
  @Matches(/^[^=]{1,100}(?:=.{0,100})?$/, { each: true, message: 'label must look like level=101' })
  label?: string[];

  @ApiPropertyOptional({ description: 'Only workshops that say they take at most so many minutes', example: 60 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  maxMinutes?: number;

  @ApiPropertyOptional({ description: 'Only workshops with at least so many free places', example: 1 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(100_000)
  minFree?: number;

  @ApiPropertyOptional({ description: 'Only what this portal offers', example: 'campus' })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  portal?: string;

  @ApiPropertyOptional({ minimum: 0, default: 0, example: 0 })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(100_000)
  offset: number = 0;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100, example: 100 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;
}

export class CatalogOfferResponse implements CatalogOffer {
  @ApiProperty({ example: 'campus' })
  portal: string;

  @ApiProperty({ example: 'campus-w01' })
  environment: string;

  @ApiProperty({ example: 20 })
  capacity: number;

  @ApiProperty({ description: 'Sessions that somebody has', example: 7 })
  allocated: number;

  @ApiProperty({ description: 'Sessions that wait ready', example: 2 })
  ready: number;

  @ApiProperty({ description: 'Places that are free here, and on the portal', example: 13 })
  free: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How long a session lives; null: without end',
    example: 3600,
  })
  sessionSeconds: number | null;
}

export class CatalogWorkshopResponse implements CatalogWorkshop {
  @ApiProperty({ description: 'What a session is requested by', example: 'git-basics' })
  name: string;

  @ApiProperty({ example: 'Git from the first commit' })
  title: string;

  @ApiProperty({ example: 'Commit, branch and merge' })
  description: string;

  @ApiProperty({ example: 'Example University' })
  vendor: string;

  @ApiProperty({ type: [String], example: ['Ada Lovelace'] })
  authors: string[];

  @ApiProperty({ example: 'beginner' })
  difficulty: string;

  @ApiProperty({ description: 'For people', example: '45m' })
  duration: string;

  @ApiProperty({ type: [String], example: ['git'] })
  tags: string[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { level: '101' } })
  labels: Record<string, string>;

  @ApiProperty({ example: '' })
  logo: string;

  @ApiProperty({ example: 'https://example.edu/git-basics' })
  url: string;

  @ApiProperty({ description: 'Places that are free on all portals together', example: 13 })
  free: number;

  @ApiProperty({ type: [CatalogOfferResponse] })
  offers: CatalogOfferResponse[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the portal says of it that this service does not know, as it came',
    example: {},
  })
  extra: Record<string, unknown>;
}

export class CatalogSourceResponse implements CatalogSource {
  @ApiProperty({ example: 'campus' })
  portal: string;

  @ApiProperty({ enum: portalStates, example: 'up' })
  state: PortalState;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null when the portal has never told', example: 4 })
  ageSeconds: number | null;

  @ApiProperty({ description: 'False while the portal does not answer and its last catalogue is shown', example: true })
  isFresh: boolean;
}

export class CatalogResponse implements MergedCatalog {
  @ApiProperty({ type: [CatalogWorkshopResponse] })
  workshops: CatalogWorkshopResponse[];

  @ApiProperty({ description: 'Workshops that fit the filter, on all pages', example: 1 })
  total: number;

  @ApiProperty({ type: [CatalogSourceResponse] })
  sources: CatalogSourceResponse[];
}
