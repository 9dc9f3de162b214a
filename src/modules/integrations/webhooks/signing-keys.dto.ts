import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { signatureSchemes, type SignatureScheme } from './webhook-settings.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

export class RotateSecretBody {
  @ApiPropertyOptional({
    description: 'How long the key before it signs too, up to seven days; 0 withdraws it at once',
    minimum: 0,
    maximum: 604_800,
    default: 86_400,
    example: 86_400,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(604_800)
  overlapSeconds?: number;

  @ApiPropertyOptional({ enum: signatureSchemes, default: 'v1', example: 'v1' })
  @IsOptional()
  @IsIn(signatureSchemes)
  scheme?: SignatureScheme;
}

export class RotatedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ enum: signatureSchemes, example: 'v1' })
  scheme: SignatureScheme;

  @ApiProperty({
    description: 'The new secret of the scheme `v1`; shown only this once',
    type: String,
    nullable: true,
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDXxZTtMQ0qIk=',
  })
  secret: string | null;

  @ApiProperty({ description: 'The new public key of the scheme `v1a`', type: String, nullable: true, example: null })
  publicKey: string | null;

  @ApiProperty({
    description: 'Until when the key before it signs too; null when it does no more',
    type: String,
    format: 'date-time',
    nullable: true,
    example: time,
  })
  previousLiveUntil: Date | null;
}

export class KeyResponse {
  @ApiProperty({
    description: 'Withdraws the key with DELETE; null for the newest of its scheme, which is replaced by a rotation',
    type: String,
    format: 'uuid',
    nullable: true,
    example: id,
  })
  id: string | null;

  @ApiProperty({ enum: signatureSchemes, example: 'v1' })
  scheme: SignatureScheme;

  @ApiProperty({ description: 'Of a secret', type: String, nullable: true, example: 'qIk=' })
  lastFour: string | null;

  @ApiProperty({ description: 'Of the scheme `v1a`', type: String, nullable: true, example: null })
  publicKey: string | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({
    description: 'Until when it signs; null when no end is set',
    type: String,
    format: 'date-time',
    nullable: true,
    example: time,
  })
  liveUntil: Date | null;
}

export class KeyListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [KeyResponse] })
  secrets: KeyResponse[];
}
