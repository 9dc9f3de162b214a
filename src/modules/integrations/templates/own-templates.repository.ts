import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { OwnTemplateEntity } from './own-template.entity.js';

@Injectable()
export class OwnTemplatesRepository {
  constructor(private readonly database: Database) {}

  list(): Promise<OwnTemplateEntity[]> {
    return this.database.manager().find(OwnTemplateEntity, { order: { key: 'ASC' } });
  }

  find(key: string): Promise<OwnTemplateEntity | null> {
    return this.database.manager().findOneBy(OwnTemplateEntity, { key });
  }

  async insert(tx: Transaction, template: Omit<OwnTemplateEntity, 'createdAt'>): Promise<void> {
    await tx.insert(
      OwnTemplateEntity,
      template as Omit<OwnTemplateEntity, 'createdAt' | 'template'> & { template: object },
    );
  }

  /** @returns whether there was one */
  async delete(tx: Transaction, key: string): Promise<boolean> {
    const { affected } = await tx.delete(OwnTemplateEntity, { key });
    return affected === 1;
  }
}
