import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsString, ValidateBy, ValidateIf } from 'class-validator';
import { canonicalTimeZone } from './time-zone.policy.js';

const IfGiven = () => ValidateIf((_, value) => value !== undefined);

/** What is left out stays. */
export class UpdatePreferencesRequest {
  @ApiPropertyOptional({ description: 'IANA name; days and streaks are counted in it', example: 'Europe/Helsinki' })
  @IfGiven()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (canonicalTimeZone(value) ?? value) : value,
  )
  @IsString()
  @ValidateBy({
    name: 'isTimeZone',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && canonicalTimeZone(value) !== null,
      defaultMessage: () => 'timeZone must be the IANA name of a time zone, such as Europe/Helsinki',
    },
  })
  timeZone?: string;

  @ApiPropertyOptional({
    description: 'Whether to be on the leaderboard, under a made-up name; leaving and coming back gives another name',
    example: true,
  })
  @IfGiven()
  @IsBoolean()
  leaderboard?: boolean;
}

export class PreferencesResponse {
  @ApiProperty({ example: 'Europe/Helsinki' })
  timeZone: string;
  @ApiProperty({ example: true })
  leaderboard: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Your name on the leaderboard',
    example: 'Curious Otter 482',
  })
  alias: string | null;
}
