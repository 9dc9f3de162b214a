import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { ManagedPortalEntity } from './managed-portal.entity.js';
import { portalExists } from './portals.errors.js';

export type NewManagedPortal = Pick<ManagedPortalEntity, 'id' | 'name' | 'url' | 'secrets' | 'labels' | 'createdBy'>;

@Injectable()
export class ManagedPortalsRepository {
  constructor(private readonly database: Database) {}

  /** Which there are, and which version each has. */
  versions(): Promise<Pick<ManagedPortalEntity, 'id' | 'version'>[]> {
    return this.database.manager().query('SELECT id, version FROM managed_portals');
  }

  list(ids: string[]): Promise<ManagedPortalEntity[]> {
    return this.database.manager().find(ManagedPortalEntity, { where: { id: In(ids) } });
  }

  count(): Promise<number> {
    return this.database.manager().count(ManagedPortalEntity);
  }

  findByName(name: string): Promise<ManagedPortalEntity | null> {
    return this.database.manager().findOneBy(ManagedPortalEntity, { name });
  }

  /** @throws AppError `educates.portal-exists` */
  async insert(tx: Transaction, portal: NewManagedPortal): Promise<void> {
    try {
      await tx.insert(ManagedPortalEntity, portal);
    } catch (error) {
      if (isUniqueViolation(error)) throw portalExists(portal.name);
      throw error;
    }
  }

  /** @returns false when somebody else has changed or removed it since it was read */
  async change(
    tx: Transaction,
    { id, version }: Pick<ManagedPortalEntity, 'id' | 'version'>,
    change: Pick<ManagedPortalEntity, 'url' | 'secrets' | 'labels'>,
  ): Promise<boolean> {
    const changes = { ...change, version: version + 1, updatedAt: () => 'now()' };
    const changed = await tx.update(ManagedPortalEntity, { id, version }, changes);
    return changed.affected === 1;
  }

  /** The portal, and when its sessions were checked. */
  async delete(tx: Transaction, { id, name }: Pick<ManagedPortalEntity, 'id' | 'name'>): Promise<void> {
    await tx.delete(ManagedPortalEntity, { id });
    await tx.query('DELETE FROM training_portals WHERE name = $1', [name]);
  }
}
