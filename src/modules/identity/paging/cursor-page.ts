import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { Enveloped } from '../../../platform/http/envelope.js';

/** The query of a list, newest first: how many, and after which entry to go on. */
export class CursorPageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiPropertyOptional({ format: 'uuid', description: 'pagination.nextCursor of the page before' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class CursorPagination {
  @ApiProperty({ example: 50 })
  limit: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null on the last page',
    example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e',
  })
  nextCursor: string | null;
}

/** A page made of up to `limit + 1` rows: the one too many only tells that there are more. */
export function cursorPage<Row, Item>(
  rows: Row[],
  limit: number,
  { itemOf, cursorOf }: { itemOf: (row: Row) => Item; cursorOf: (row: Row) => string },
): Enveloped<Item[]> {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const pagination: CursorPagination = { limit, nextCursor: last === undefined ? null : cursorOf(last) };
  return new Enveloped(
    page.map((row) => itemOf(row)),
    { pagination },
  );
}
