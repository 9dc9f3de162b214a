import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SealedColumns } from '../../../platform/secrets/sealed-columns.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import type { ManagedPortalEntity } from './managed-portal.entity.js';
import type { Portal, RobotCredentials } from './portal.js';

const table = 'managed_portals';
const column = 'secrets';

/** What of a portal is stored sealed. */
export interface PortalSecrets {
  robot: RobotCredentials;
  /** PEM; null to trust the public authorities. */
  certificateAuthority: string | null;
}

/** Seals and opens what a portal's admin entrusts us. */
@Injectable()
export class PortalVault implements OnModuleInit {
  private readonly logger = new Logger(PortalVault.name);

  constructor(
    private readonly box: SecretBox,
    private readonly columns: SealedColumns,
  ) {}

  onModuleInit(): void {
    this.columns.register({ table, column });
  }

  seal(portalId: string, secrets: PortalSecrets): string {
    return this.box.seal(JSON.stringify(secrets), placeOf(portalId));
  }

  /** @throws AppError `secrets.unknown-key` or `secrets.unreadable` */
  open({ id, secrets }: Pick<ManagedPortalEntity, 'id' | 'secrets'>): PortalSecrets {
    return JSON.parse(this.box.open(secrets, placeOf(id))) as PortalSecrets;
  }

  /** The portal as it is called. One that cannot be opened is there without credentials: its sessions are not lost by a wrong key. */
  toPortal(row: ManagedPortalEntity): Portal {
    const { name, url, labels, id, version } = row;
    const about = { name, url, labels, source: 'api', revision: `${id}:${version}` } as const;
    try {
      const { robot, certificateAuthority } = this.open(row);
      return { ...about, robot, certificateAuthority: certificateAuthority ?? undefined };
    } catch (error) {
      this.logger.error(`The credentials of the portal ${name} cannot be opened: ${(error as Error).message}`);
      return { ...about, robot: null };
    }
  }
}

const placeOf = (portalId: string): string => `${table}.${column}:${portalId}`;
