import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { userReference, type AccountCaller } from '../access/caller.js';
import type { Origin } from '../access/origin.decorator.js';
import type { Role } from '../access/role.js';
import { AuditLog } from '../audit/audit-log.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { SignedIn } from '../sessions/signed-in.js';
import type { UserEntity } from '../users/user.entity.js';
import { userRegistered } from '../users/user.events.js';
import { UsersRepository, type AccountFields } from '../users/users.repository.js';
import type { RegisterRequest } from './auth.dto.js';
import { notAGuest } from './auth.errors.js';

/** How users come to be: as guests, by registering, by upgrading a guest, and from the machine's administrator. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: PasswordHasher,
    private readonly sessions: SessionsService,
    private readonly events: EventPublisher,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `users.email-taken` or `users.username-taken` */
  async register(request: RegisterRequest, origin: Origin): Promise<SignedIn> {
    const fields = await this.accountFields(request, 'student');
    return this.database.transaction(async (tx) => {
      const user = await this.users.insertAccount(tx, fields);
      await this.announce(tx, user.id, fields, 'user.registered');
      return this.sessions.open(tx, user, origin);
    });
  }

  /** A user without email, name or password, who exists as long as somebody uses the tokens. */
  registerGuest(origin: Origin): Promise<SignedIn> {
    return this.database.transaction(async (tx) => this.sessions.open(tx, await this.users.insertGuest(tx), origin));
  }

  /**
   * Turns the calling guest into a student's account. The id stays, and with it everything the guest did; the guest's sessions
   * end.
   *
   * @throws AppError `auth.not-a-guest`, `users.email-taken` or `users.username-taken`
   */
  async upgrade(caller: AccountCaller, request: RegisterRequest, origin: Origin): Promise<SignedIn> {
    if (caller.role !== 'guest') throw notAGuest();
    const fields = await this.accountFields(request, 'student');
    return this.database.transaction(async (tx) => {
      const guest = await this.users.lock(tx, caller.userId);
      if (guest.role !== 'guest') throw notAGuest();
      const user = await this.users.update(tx, guest.id, fields);
      await this.sessions.endAllOf(tx, user.id, 'guest-upgrade');
      await this.announce(tx, user.id, fields, 'user.upgraded');
      return this.sessions.open(tx, user, origin);
    });
  }

  /** @throws AppError `users.email-taken` or `users.username-taken` */
  async createAdmin(request: RegisterRequest): Promise<UserEntity> {
    const fields = await this.accountFields(request, 'admin');
    return this.database.transaction(async (tx) => {
      const user = await this.users.insertAccount(tx, fields);
      await this.announce(tx, user.id, fields, 'user.admin-created', 'system');
      return user;
    });
  }

  private async accountFields(request: RegisterRequest, role: Role): Promise<AccountFields> {
    const { email, password, username = null, name, studentId = null } = request;
    return {
      role,
      email,
      username,
      name: name ?? username ?? email.slice(0, email.indexOf('@')),
      studentId,
      passwordHash: await this.passwords.hash(password),
    };
  }

  private async announce(
    tx: Transaction,
    userId: string,
    { role, email, name, studentId }: AccountFields,
    action: string,
    actor = userReference(userId),
  ): Promise<void> {
    await this.audit.record(tx, { action, actor, subject: userReference(userId), details: { role } });
    const registeredAt = new Date();
    await this.events.publish(
      tx,
      userRegistered,
      {
        userId,
        email,
        name,
        ...(studentId !== null && { studentId }),
        registrationDate: registeredAt.toISOString(),
      },
      { subject: userId, occurredAt: registeredAt },
    );
  }
}
