import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { labelPatterns } from '../../../platform/config/educates-portals.js';
import type { PortalFindings } from './portal-probe.js';
import { PortalResponse, PortalSessionsResponse } from './portals.dto.js';

const maxLabels = 32;
const maxSecretChars = 500;
/** A bundle of some dozen certificates. */
const maxPemChars = 65_536;

const urlRules = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

const withoutSlash = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim().replace(/\/+$/, '') : value;

/** Members may be left out; when they are there they must be good, so null is refused. */
const IfGiven = () => ValidateIf((_, value) => value !== undefined);

const AreLabels = () =>
  ValidateBy({
    name: 'areLabels',
    validator: {
      validate: (value: unknown) =>
        Object.entries(Object(value) as Record<string, unknown>).length <= maxLabels &&
        Object.entries(Object(value) as Record<string, unknown>).every(
          ([key, text]) => labelPatterns.key.test(key) && typeof text === 'string' && labelPatterns.value.test(text),
        ),
      defaultMessage: () => `labels must be at most ${maxLabels} pairs such as "region": "north"`,
    },
  });

class RobotCredentialsChange {
  @ApiPropertyOptional({ example: 'robot@educates' })
  @IfGiven()
  @IsString()
  @Length(1, maxSecretChars)
  username?: string;

  @ApiPropertyOptional({ writeOnly: true, example: 'pSG7kNqLkJqu4hTlPoZKZHFVHjTdzcFN' })
  @IfGiven()
  @IsString()
  @Length(1, maxSecretChars)
  password?: string;

  @ApiPropertyOptional({ example: 'Nnyl1yYBRVn7tPCVoQyTkUtG7yzO1cBS' })
  @IfGiven()
  @IsString()
  @Length(1, maxSecretChars)
  clientId?: string;

  @ApiPropertyOptional({ writeOnly: true, example: 'hpHzdvcCDDuM7eMFvHVvUE5a4hQTfxmy' })
  @IfGiven()
  @IsString()
  @Length(1, maxSecretChars)
  clientSecret?: string;
}

class RobotCredentialsRequest {
  @ApiProperty({ example: 'robot@educates' })
  @IsString()
  @Length(1, maxSecretChars)
  username: string;

  @ApiProperty({ writeOnly: true, example: 'pSG7kNqLkJqu4hTlPoZKZHFVHjTdzcFN' })
  @IsString()
  @Length(1, maxSecretChars)
  password: string;

  @ApiProperty({ example: 'Nnyl1yYBRVn7tPCVoQyTkUtG7yzO1cBS' })
  @IsString()
  @Length(1, maxSecretChars)
  clientId: string;

  @ApiProperty({ writeOnly: true, example: 'hpHzdvcCDDuM7eMFvHVvUE5a4hQTfxmy' })
  @IsString()
  @Length(1, maxSecretChars)
  clientSecret: string;
}

export class CreatePortalRequest {
  @ApiProperty({ description: 'What grants and sessions name it by; never changes', example: 'campus' })
  @Matches(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
    message: 'name must be lower-case letters, digits and dashes, at most 63',
  })
  name: string;

  @ApiProperty({ description: 'Base URL of the training portal', example: 'https://campus.example.org' })
  @Transform(withoutSlash)
  @IsUrl(urlRules)
  @MaxLength(2000)
  url: string;

  @ApiProperty({
    type: RobotCredentialsRequest,
    writeOnly: true,
    description: 'From `status.educates` of the TrainingPortal resource. Stored encrypted and never shown again',
  })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => RobotCredentialsRequest)
  robot: RobotCredentialsRequest;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    writeOnly: true,
    description: 'PEM; trusted for this portal instead of the public authorities',
    example: null,
  })
  @IsOptional()
  @IsString()
  @MaxLength(maxPemChars)
  certificateAuthority: string | null = null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Grants can name portals by labels: `portal-label:region=north`',
    example: { region: 'north' },
  })
  @IsObject()
  @AreLabels()
  labels: Record<string, string> = {};
}

export class UpdatePortalRequest {
  @ApiPropertyOptional({
    description: 'At another origin the robot has to be sent again',
    example: 'https://campus.example.org',
  })
  @IfGiven()
  @Transform(withoutSlash)
  @IsUrl(urlRules)
  @MaxLength(2000)
  url?: string;

  @ApiPropertyOptional({ type: RobotCredentialsChange, writeOnly: true, description: 'Members left out stay' })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => RobotCredentialsChange)
  robot?: RobotCredentialsChange;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    writeOnly: true,
    description: 'PEM; null removes it',
    example: null,
  })
  @IsOptional()
  @IsString()
  @MaxLength(maxPemChars)
  certificateAuthority?: string | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, example: { region: 'north' } })
  @IfGiven()
  @IsObject()
  @AreLabels()
  labels?: Record<string, string>;
}

export class RemovePortalQuery {
  @ApiPropertyOptional({ description: 'End the sessions that are on the portal', default: false, example: true })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  endSessions: boolean = false;
}

/** What the portal said when it was tried. */
export class PortalTestResponse implements PortalFindings {
  @ApiProperty({ example: 'f2a1b0c9-5d7e-4c1a-9a57-0d6a7d1f2b3e' })
  portalUid: string;

  @ApiProperty({ description: 'Workshop environments that run there', example: 12 })
  environments: number;

  @ApiProperty({ type: PortalSessionsResponse })
  sessions: PortalSessionsResponse;

  @ApiProperty({ description: 'Of its catalogue, in milliseconds', example: 35 })
  latencyMs: number;
}

export class SavedPortalResponse {
  @ApiProperty({ type: PortalResponse })
  portal: PortalResponse;

  @ApiProperty({ type: PortalTestResponse, description: 'What the portal said when its settings were tried' })
  test: PortalTestResponse;
}

export class RemovedPortalResponse {
  @ApiProperty({ example: 'campus' })
  name: string;

  @ApiProperty({ description: 'Sessions that were ended with it', example: 0 })
  endedSessions: number;
}
