import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../../platform/config/app-config.js';
import { OutboundConnections } from '../../../../platform/http-client/outbound-connections.js';
import { CredentialVault } from '../../credentials/credential-vault.js';
import type { IntegrationEntity } from '../../integrations/integration.entity.js';
import { SyncFailure } from '../sync-failure.js';
import type { FileConfig } from './file-config.js';
import type { FileStore } from './stores/file-store.js';
import { LocalStore } from './stores/local.store.js';
import { S3Store } from './stores/s3.store.js';
import { SftpStore } from './stores/sftp.store.js';

const connectTimeoutMs = 15_000;

interface Login {
  username: string;
  secrets: Record<string, string>;
}

/** Opens the folder that an integration is about. */
@Injectable()
export class FileStores {
  constructor(
    private readonly connections: OutboundConnections,
    private readonly vault: CredentialVault,
    private readonly config: AppConfig,
  ) {}

  /** @throws SyncFailure, and whatever the store throws */
  async open(integration: IntegrationEntity, config: FileConfig, signal: AbortSignal): Promise<FileStore> {
    const login = this.#loginOf(integration);
    switch (config.provider) {
      case 'local': {
        const { filesRoot } = this.config;
        if (filesRoot === undefined) throw new SyncFailure('configuration', 'The operator has set no FILES_ROOT');
        return LocalStore.open(filesRoot, config.path, config.direction === 'export');
      }
      case 's3': {
        const { secrets, username } = login ?? {};
        const s3Login =
          username === undefined
            ? undefined
            : {
                accessKeyId: username,
                secretAccessKey: secrets?.['password'] ?? '',
                sessionToken: secrets?.['sessionToken'],
              };
        return S3Store.open(config, s3Login, this.connections, signal);
      }
      case 'sftp': {
        if (login === undefined) throw new SyncFailure('configuration', 'SFTP needs the authType "basic"');
        const { host, port } = config;
        const { password, privateKey } = login.secrets;
        const openSocket = () => this.connections.open({ host, port, timeoutMs: connectTimeoutMs, signal });
        return SftpStore.open(config, { username: login.username, password, privateKey }, { openSocket, signal });
      }
    }
  }

  #loginOf(integration: IntegrationEntity): Login | undefined {
    const { username } = integration.authConfig;
    if (integration.authType !== 'basic' || typeof username !== 'string') return undefined;
    return { username, secrets: this.vault.open(integration) };
  }
}
