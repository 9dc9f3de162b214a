import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { IntegrationCallEntity } from './integration-call.entity.js';

@Injectable()
export class IntegrationCallsRepository {
  constructor(private readonly database: Database) {}

  async insert(call: Omit<IntegrationCallEntity, 'id' | 'createdAt'>): Promise<void> {
    await this.database.manager().getRepository(IntegrationCallEntity).insert(call);
  }
}
