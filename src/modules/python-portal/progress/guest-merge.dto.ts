import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

export class GuestMergeRequest {
  @ApiProperty({
    description: 'The access token of the guest',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.signature',
  })
  @IsString()
  @Length(1, 2000)
  guestToken: string;
}

export class GuestMergeResponse {
  @ApiProperty({ description: 'How many exercises the guest had begun', example: 3 })
  exercises: number;
}
