import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Client } from 'pg';
import { AppConfig } from '../config/app-config.js';
import { DATABASE_URL } from './database-url.js';

const reconnectMs = 1000;

/**
 * Hears what transactions notify of (`NOTIFY`) as soon as they commit, unless the role of this process is `web`. It only makes work
 * begin sooner: what is notified while there is no connection, or a pooler is in between, is lost, so that listeners need a sweep too.
 */
@Injectable()
export class Notifications implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Notifications.name);
  private readonly listeners = new Map<string, () => void>();
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    @Inject(DATABASE_URL) private readonly connectionString: string,
    private readonly config: AppConfig,
  ) {}

  /** To be called while modules are initialised. The listener is also called when the connection is made, for what was missed. */
  listen(channel: string, listener: () => void): void {
    this.listeners.set(channel, listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role !== 'web') await this.connect();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new Client({ connectionString: this.connectionString, application_name: 'lyceum-notifications' });
    this.client = client;
    client.on('notification', ({ channel }) => this.listeners.get(channel)?.());
    client.on('error', (error) => this.reconnect(client, error));
    client.on('end', () => this.reconnect(client));
    try {
      await client.connect();
      for (const channel of this.listeners.keys()) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      for (const listener of this.listeners.values()) listener();
    } catch (error) {
      this.reconnect(client, error as Error);
    }
  }

  private reconnect(lost: Client, error?: Error): void {
    if (this.isStopping || this.client !== lost) return;
    this.client = undefined;
    if (error !== undefined) this.logger.warn(`Notifications of the database are not heard: ${error.message}`);
    lost.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.connect(), reconnectMs);
  }
}
