import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { ShownSecretResponse } from '../shown-secret.dto.js';
import { incomingSecretPattern } from './incoming-secrets.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const secret = 'whin_4r1uZ0FJmB0y2yqf1q5m9mQxXkqfUO1H3cN8wVtYbSE';

export class CreateIncomingSourceBody {
  @ApiPropertyOptional({
    description: 'A secret that the sender already uses; left out, one is made',
    minLength: 20,
    maxLength: 200,
    example: secret,
  })
  @IsOptional()
  @IsString()
  @Matches(incomingSecretPattern, { message: 'secret must be 20 to 200 letters, digits and . _ ~ -' })
  secret?: string;
}

export class IncomingSourceCreatedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ format: 'uuid', example: id })
  sourceId: string;

  @ApiProperty({ example: 'Incoming source added successfully' })
  message: string;

  @ApiProperty({ description: 'Shown only this once', example: secret })
  secret: string;

  @ApiProperty({
    description: 'Where the sender posts',
    example: `https://lyceum.example.edu/api/integrations/webhook/receive/${secret}`,
  })
  url: string;
}

export class IncomingSourceResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ type: ShownSecretResponse })
  secret: ShownSecretResponse;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: Date;
}

export class IncomingSourceListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [IncomingSourceResponse] })
  sources: IncomingSourceResponse[];
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
