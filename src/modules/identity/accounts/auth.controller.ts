import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import { RateLimited } from '../../../platform/rate-limit/rate-limited.decorator.js';
import { Access } from '../access/access.decorator.js';
import type { AccountCaller } from '../access/caller.js';
import { CurrentAccount } from '../access/current-account.decorator.js';
import { CurrentOrigin, type Origin } from '../access/origin.decorator.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UserResponse } from '../users/user.response.js';
import { LoginRequest, RefreshTokenRequest, RegisterRequest, SignedInResponse, UpdateMeRequest } from './auth.dto.js';
import { LoginService } from './login.service.js';
import { ProfileService } from './profile.service.js';
import { RegistrationService } from './registration.service.js';

/** The ways in are unguarded: a client that still sends its expired token must be able to refresh it or to log in. */
@ApiTags('Identity: authentication')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
    private readonly profile: ProfileService,
  ) {}

  @Post('register')
  @Unguarded()
  @RateLimited('login', { by: 'address' })
  @UseEnvelope('Account created')
  @ApiOperation({ summary: 'Create an account and log in' })
  @ApiEnvelope(SignedInResponse, {}, undefined, 201)
  @ApiConflictResponse({ description: 'The email or username is taken' })
  async register(@Body() request: RegisterRequest, @CurrentOrigin() origin: Origin): Promise<SignedInResponse> {
    return SignedInResponse.of(await this.registration.register(request, origin));
  }

  @Post('login')
  @HttpCode(200)
  @Unguarded()
  @RateLimited('login', { by: 'address' })
  @UseEnvelope('Logged in')
  @ApiOperation({ summary: 'Log in with email or username and password' })
  @ApiEnvelope(SignedInResponse)
  @ApiUnauthorizedResponse({ description: 'Unknown user or wrong password' })
  @ApiForbiddenResponse({ description: 'The account is disabled' })
  async login(@Body() request: LoginRequest, @CurrentOrigin() origin: Origin): Promise<SignedInResponse> {
    return SignedInResponse.of(await this.logins.login(request, origin));
  }

  @Post('guest')
  @Unguarded()
  @UseEnvelope('Welcome, guest')
  @ApiOperation({ summary: 'Begin without an account' })
  @ApiEnvelope(SignedInResponse, {}, undefined, 201)
  async guest(@CurrentOrigin() origin: Origin): Promise<SignedInResponse> {
    return SignedInResponse.of(await this.registration.registerGuest(origin));
  }

  @Post('refresh')
  @HttpCode(200)
  @Unguarded()
  @UseEnvelope('Tokens renewed')
  @ApiOperation({
    summary: 'Trade a refresh token for new tokens',
    description: 'A refresh token works once. Sending one again ends its session, so let one tab refresh for all.',
  })
  @ApiEnvelope(SignedInResponse)
  @ApiUnauthorizedResponse({ description: 'The token is unknown, expired, used before, or its session has ended' })
  async refresh(
    @Body() { refreshToken }: RefreshTokenRequest,
    @CurrentOrigin() origin: Origin,
  ): Promise<SignedInResponse> {
    return SignedInResponse.of(await this.sessions.refresh(refreshToken, origin));
  }

  @Post('upgrade')
  @HttpCode(200)
  @Access('guest')
  @ApiBearerAuth()
  @RateLimited('login', { by: 'address' })
  @UseEnvelope('Account created; everything you did as a guest is kept')
  @ApiOperation({ summary: 'Turn the calling guest into an account' })
  @ApiEnvelope(SignedInResponse)
  @ApiConflictResponse({ description: 'The email or username is taken, or the caller is no guest' })
  async upgrade(
    @CurrentAccount() caller: AccountCaller,
    @Body() request: RegisterRequest,
    @CurrentOrigin() origin: Origin,
  ): Promise<SignedInResponse> {
    return SignedInResponse.of(await this.registration.upgrade(caller, request, origin));
  }

  @Get('me')
  @Access('guest')
  @ApiBearerAuth()
  @UseEnvelope('Your account')
  @ApiOperation({ summary: 'Read your account' })
  @ApiEnvelope(UserResponse)
  async getMe(@CurrentAccount() caller: AccountCaller): Promise<UserResponse> {
    return UserResponse.of(await this.profile.get(caller));
  }

  @Patch('me')
  @Access('student')
  @ApiBearerAuth()
  @UseEnvelope('Account changed')
  @ApiOperation({
    summary: 'Change your account',
    description: 'Email, username and password need currentPassword. A new password ends all your other sessions.',
  })
  @ApiEnvelope(UserResponse)
  @ApiConflictResponse({ description: 'The email or username is taken' })
  async updateMe(
    @CurrentAccount() caller: AccountCaller,
    @Body() request: UpdateMeRequest,
    @CurrentOrigin() origin: Origin,
  ): Promise<UserResponse> {
    return UserResponse.of(await this.profile.update(caller, request, origin));
  }
}
