import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { tokenStates, type TokenState } from './oauth-token.entity.js';

const time = '2026-11-20T12:00:00.000Z';

export class AuthorizationStartResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({
    description: 'To be opened in the browser that made this request, which has got a cookie for the way back',
    format: 'uri',
    example: 'https://login.example.edu/authorize?response_type=code&client_id=lyceum&state=…',
  })
  authorizationUrl: string;

  @ApiProperty({ description: 'Ten minutes from now', format: 'date-time', example: time })
  expiresAt: Date;
}

export class CompleteAuthorizationBody {
  @ApiProperty({ description: 'As it stands in the address to which the browser came back', example: 'kJ0r…' })
  @IsString()
  @Length(1, 512)
  state: string;

  @ApiPropertyOptional({ description: 'As it stands there', example: 'SplxlOBeZQQYbYS6WxSbIA' })
  @IsOptional()
  @IsString()
  @Length(1, 8192)
  code?: string;

  @ApiPropertyOptional({ description: 'As it stands there, when there is no code', example: 'access_denied' })
  @IsOptional()
  @IsString()
  @Length(1, 128)
  error?: string;

  @ApiPropertyOptional({ description: 'As it stands there, if it does', example: 'https://login.example.edu' })
  @IsOptional()
  @IsString()
  @Length(1, 2048)
  iss?: string;
}

/** How the tokens of an integration are; never the tokens. */
export class CredentialStateResponse {
  @ApiProperty({
    description:
      '`waiting` for the first token, `connected`, `failing` (tried again by itself), `needs_reconnect`: an admin has to act',
    enum: tokenStates,
    example: 'connected',
  })
  state: TokenState;

  @ApiProperty({
    description: 'When the access token ends',
    type: String,
    format: 'date-time',
    nullable: true,
    example: time,
  })
  expiresAt: Date | null;

  @ApiProperty({
    description: 'When an admin has to connect again at the latest, if that is known',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  reconnectBy: Date | null;

  @ApiProperty({ description: 'What was granted, if the server says it', type: [String], example: ['students.read'] })
  scopes: string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: time })
  refreshedAt: Date | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  lastError: string | null;

  @ApiProperty({ description: 'Refreshes that failed in a row', example: 0 })
  failures: number;
}
