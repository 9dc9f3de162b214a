import { ApiProperty } from '@nestjs/swagger';

export class RefreshResponse {
  @ApiProperty({ description: 'Exercises in the catalogue now', example: 30 })
  count: number;
}
