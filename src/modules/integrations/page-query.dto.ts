import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

/** Asks for one page of a list that is sorted from newest to oldest. */
export class PageQuery {
  @ApiPropertyOptional({ description: 'Items on a page', minimum: 1, maximum: 200, default: 50, example: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @ApiPropertyOptional({
    description: '`nextCursor` of the page before',
    example: '01a1fb50-75b7-7c68-af21-85d58d30fab7',
  })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

/** A page of rows, and the cursor of the next one. */
export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
}

/** Makes a page of what a query for one row more than `limit` found. */
export function pageOf<Row extends { id: string }>(found: Row[], limit: number): Page<Row> {
  const rows = found.slice(0, limit);
  return { rows, nextCursor: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}
