import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** A stored secret, as far as it is ever shown again. */
export class ShownSecretResponse {
  @ApiProperty({ enum: [true], example: true })
  set: true;

  @ApiPropertyOptional({ description: 'Only of long secrets', example: 'qIk=' })
  lastFour?: string;
}
