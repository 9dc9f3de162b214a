import { ApiProperty } from '@nestjs/swagger';

/** An answer that only says what was done. */
export class MessageResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ example: 'Done' })
  message: string;
}
