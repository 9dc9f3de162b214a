import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { statusOfDatabaseError } from '../../../platform/errors/database-error.policy.js';
import { DatabaseShare } from './database-share.js';
import type { DeliveryBatch } from './delivery-batch.js';
import { DeliveryOutcomesRepository } from './delivery-outcomes.repository.js';
import { EndpointConditionService } from './endpoint-condition.service.js';
import { GroupedWrites } from './grouped-writes.js';
import { signOf, toOutcome, type JudgedAttempt } from './judged-attempt.js';

/** What became of an outcome: `lost` when the lease was over, `troubled` when the endpoint has more to learn from it. */
type Fate = 'written' | 'lost' | 'troubled';

interface WaitingAttempt extends JudgedAttempt {
  writeUntil: number;
}

/** Resolves when the outcome is written, or known to be lost. */
export type RecordAttempt = (judged: JudgedAttempt) => Promise<void>;

/** Writes down what became of attempts: those that went well for all webhooks together, and the others with what they tell of their endpoint. */
@Injectable()
export class DeliveryOutcomes {
  private readonly logger = new Logger(DeliveryOutcomes.name);
  private readonly good = new GroupedWrites<WaitingAttempt, Fate>((judged) => this.writeGood(judged), isDataError);

  constructor(
    private readonly database: Database,
    private readonly outcomes: DeliveryOutcomesRepository,
    private readonly conditions: EndpointConditionService,
    private readonly share: DatabaseShare,
  ) {}

  /** For the attempts of one batch. */
  recorderFor({ webhook: { id }, leaseUntil, isProbe }: DeliveryBatch): RecordAttempt {
    const telling = new GroupedWrites<WaitingAttempt, Fate>((judged) => this.writeAndLearn(id, judged), isDataError);
    return async (judged) => {
      const waiting = { ...judged, writeUntil: leaseUntil };
      const fate = isProbe || !isGood(judged) ? 'troubled' : await this.good.add(waiting);
      if ((fate === 'troubled' ? await telling.add(waiting) : fate) === 'lost') {
        this.logger.warn(`An attempt of webhook ${id} outlasted its lease and may be repeated`);
      }
    };
  }

  private async writeGood(judged: JudgedAttempt[]): Promise<Fate[]> {
    const written = await this.share.run(true, () => this.outcomes.recordUnlessTroubled(judged.map(toOutcome)));
    const ids = new Set(written.ids);
    const troubledIds = new Set(written.troubledWebhookIds);
    return judged.map(({ delivery }) =>
      ids.has(delivery.id) ? 'written' : troubledIds.has(delivery.webhookId) ? 'troubled' : 'lost',
    );
  }

  /** What the outcomes tell of the endpoint is learnt in the same transaction. */
  private writeAndLearn(webhookId: string, judged: JudgedAttempt[]): Promise<Fate[]> {
    const signs = judged.flatMap((each) => signOf(each) ?? []);
    const isUrgent = signs.some(({ outcome }) => outcome === 'accepted');
    return this.share.run(isUrgent, () =>
      this.database.transaction(async (tx) => {
        const ids = new Set(await this.outcomes.record(tx, judged.map(toOutcome)));
        if (signs.length > 0) await this.conditions.learn(tx, webhookId, signs);
        return judged.map(({ delivery }) => (ids.has(delivery.id) ? 'written' : 'lost'));
      }),
    );
  }
}

/** Whether it tells nothing bad of the endpoint. */
function isGood(judged: JudgedAttempt): boolean {
  const sign = signOf(judged);
  return sign === null || sign.outcome === 'accepted';
}

function isDataError(error: unknown): boolean {
  return statusOfDatabaseError(error) === 400;
}
