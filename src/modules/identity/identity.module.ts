import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../../platform/config/app-config.js';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { RateLimitKeys } from '../../platform/rate-limit/rate-limit-keys.js';
import { AccessCoverage } from './access/access-coverage.js';
import { AccessGuard } from './access/access.guard.js';
import { ForeignTokens } from './access/foreign-tokens.js';
import { AdminSecret } from './access/admin-secret.js';
import { AuthController } from './accounts/auth.controller.js';
import { LoginService } from './accounts/login.service.js';
import { ProfileService } from './accounts/profile.service.js';
import { RegistrationService } from './accounts/registration.service.js';
import { AuditEntryEntity } from './audit/audit-entry.entity.js';
import { AuditLog } from './audit/audit-log.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditRepository } from './audit/audit.repository.js';
import { GrantAdministration } from './grants/grant-administration.service.js';
import { GrantEntity } from './grants/grant.entity.js';
import { GrantsController } from './grants/grants.controller.js';
import { GrantsRepository } from './grants/grants.repository.js';
import { Grants } from './grants/grants.service.js';
import { GroupMemberEntity } from './grants/group-member.entity.js';
import { Groups } from './grants/groups.service.js';
import { GroupsController } from './grants/groups.controller.js';
import { IdentityRetention } from './identity-retention.js';
import { LoginAttemptsRepository } from './passwords/login-attempts.repository.js';
import { LoginThrottle } from './passwords/login-throttle.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { RefreshTokenEntity } from './sessions/refresh-token.entity.js';
import { SessionEntity } from './sessions/session.entity.js';
import { KnownSessions } from './sessions/known-sessions.js';
import { LoginSessionsController } from './sessions/login-sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { AccessTokenStrategy } from './tokens/access-token.strategy.js';
import { AccessTokens, jwtOptions } from './tokens/access-tokens.js';
import { GuestAccounts } from './users/guest-accounts.service.js';
import { GuestCleanUp } from './users/guest-clean-up.js';
import { UserAdministration } from './users/user-administration.service.js';
import { UserEntity } from './users/user.entity.js';
import { userLogin, userRegistered, userRemoved } from './users/user.events.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './users/users.repository.js';
import { Users } from './users/users.service.js';

/** Who is calling, and what may they do: accounts, tokens, sessions, roles, grants, and the log of security events. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      UserEntity,
      SessionEntity,
      RefreshTokenEntity,
      GrantEntity,
      GroupMemberEntity,
      AuditEntryEntity,
    ]),
    JwtModule.registerAsync({ inject: [AppConfig], useFactory: jwtOptions }),
    DiscoveryModule,
  ],
  controllers: [
    AuthController,
    LoginSessionsController,
    UsersController,
    GroupsController,
    GrantsController,
    AuditController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    AccessCoverage,
    AdminSecret,
    ForeignTokens,
    AccessTokenStrategy,
    AccessTokens,
    RegistrationService,
    LoginService,
    ProfileService,
    PasswordHasher,
    LoginThrottle,
    LoginAttemptsRepository,
    KnownSessions,
    SessionsService,
    SessionsRepository,
    Users,
    UserAdministration,
    UsersRepository,
    GuestAccounts,
    GuestCleanUp,
    Grants,
    Groups,
    GrantAdministration,
    GrantsRepository,
    AuditLog,
    AuditRepository,
    IdentityRetention,
  ],
  exports: [AuditLog, ForeignTokens, Grants, Groups, GuestAccounts, Users],
})
export class IdentityModule implements OnModuleInit {
  constructor(
    private readonly catalogue: EventCatalogue,
    private readonly rateLimitKeys: RateLimitKeys,
    private readonly accessTokens: AccessTokens,
  ) {}

  onModuleInit(): void {
    this.catalogue.register(userRegistered, userLogin, userRemoved);
    this.rateLimitKeys.identifyBy((request) => this.accessTokens.accountIdOf(request));
  }
}
