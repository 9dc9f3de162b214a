import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const maxLimit = 100;
const maxOffset = 1_000_000;

/** `limit` and `offset` of a list, to be extended by its query. @param defaultLimit how many it gives to who does not say */
export function PageQuery(defaultLimit: number) {
  class Page {
    @ApiPropertyOptional({ minimum: 1, maximum: maxLimit, default: defaultLimit, example: 20 })
    @Type(() => Number)
    @IsInt()
    @Min(1)
    @Max(maxLimit)
    limit: number = defaultLimit;

    @ApiPropertyOptional({ minimum: 0, default: 0, example: 0 })
    @Type(() => Number)
    @IsInt()
    @Min(0)
    @Max(maxOffset)
    offset: number = 0;
  }
  return Page;
}
