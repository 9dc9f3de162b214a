import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { SyncFailure } from '../connectors/sync-failure.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { OauthTokensRepository } from './oauth-tokens.repository.js';
import { OauthTokens } from './oauth-tokens.service.js';

const tickMs = 60_000;
const batchSize = 20;

/**
 * Renews tokens that nobody has used for a day: refresh tokens end when they lie idle, and an admin should hear of a refusal before the
 * next run fails by it.
 */
@Injectable()
export class TokenUpkeep {
  private readonly logger = new Logger(TokenUpkeep.name);
  private isTicking = false;

  constructor(
    private readonly repository: OauthTokensRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly tokens: OauthTokens,
  ) {}

  @Interval(tickMs)
  async tick(): Promise<void> {
    // A database that does not answer must not gather ticks.
    if (this.isTicking) return;
    this.isTicking = true;
    try {
      for (const id of await this.repository.listIdle(batchSize)) await this.renew(id);
    } catch (error) {
      this.logger.error('Idle tokens were not renewed; they are tried again', error);
    } finally {
      this.isTicking = false;
    }
  }

  private async renew(id: string): Promise<void> {
    try {
      await this.tokens.current(await this.integrations.get(id));
    } catch (error) {
      // It is kept with the tokens, and told by an event.
      if (!(error instanceof SyncFailure)) throw error;
    }
  }
}
