import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
import type { SignedIn } from '../sessions/signed-in.js';
import { UserResponse } from '../users/user.response.js';
import {
  EmailField,
  GivenPasswordField,
  NameField,
  NewPasswordField,
  NormalizedText,
  StudentIdField,
  UsernameField,
} from './account-fields.decorator.js';

/** A new account; also what turns a guest into one. */
export class RegisterRequest {
  @EmailField()
  email: string;

  @NewPasswordField()
  password: string;

  @UsernameField({ isOptional: true })
  username?: string;

  /** The username, or the part of the email before the `@`, when it is left out. */
  @NameField({ isOptional: true })
  name?: string;

  @StudentIdField({ isOptional: true })
  studentId?: string;
}

const withoutNul = /^[^\0]+$/;

/** Either member may hold an email or a username, for front ends that have only one of the two fields. */
export class LoginRequest {
  @ApiPropertyOptional({ example: 'ada@example.org' })
  @ValidateIf(({ username }: LoginRequest, value) => value !== undefined || username === undefined)
  @NormalizedText()
  @IsString()
  @Matches(withoutNul, { message: 'email or username is needed' })
  @MaxLength(254)
  email?: string;

  @ApiPropertyOptional({ example: 'ada' })
  @ValidateIf((_, value) => value !== undefined)
  @NormalizedText()
  @IsString()
  @Matches(withoutNul)
  @MaxLength(254)
  username?: string;

  @GivenPasswordField()
  password: string;
}

export class RefreshTokenRequest {
  @ApiProperty({ example: 'nB0n6mOZCk8yY3xkzG1pTq5m8w2Wg0iUu3wC1o9xQhE' })
  @IsString()
  @MaxLength(200)
  refreshToken: string;
}

/** What is left out stays. `currentPassword` is needed to change email, username or password. */
export class UpdateMeRequest {
  @NameField({ isOptional: true })
  name?: string;

  @StudentIdField({ isOptional: true })
  studentId?: string;

  @EmailField({ isOptional: true })
  email?: string;

  @UsernameField({ isOptional: true })
  username?: string;

  @NewPasswordField({ isOptional: true })
  newPassword?: string;

  @GivenPasswordField({ isOptional: true })
  currentPassword?: string;
}

export class SignedInResponse {
  @ApiProperty({ type: UserResponse })
  user: UserResponse;

  @ApiProperty({ example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.signature' })
  accessToken: string;

  @ApiProperty({
    description: 'The access token again, for front ends that expect it here',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.signature',
  })
  token: string;

  @ApiProperty({ description: 'Works once', example: 'nB0n6mOZCk8yY3xkzG1pTq5m8w2Wg0iUu3wC1o9xQhE' })
  refreshToken: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  tokenType: 'Bearer';

  @ApiProperty({ description: 'Seconds until the access token ends', example: 86_400 })
  expiresIn: number;

  static of({ user, accessToken, refreshToken, expiresIn }: SignedIn): SignedInResponse {
    return {
      user: UserResponse.of(user),
      accessToken,
      token: accessToken,
      refreshToken,
      tokenType: 'Bearer',
      expiresIn,
    };
  }
}
