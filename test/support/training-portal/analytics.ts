import type { Faults } from './faults.js';
import type { PortalSettings } from './options.js';
import type { PortalClock } from './portal-clock.js';
import type { EnvironmentRecord, PortalState, SessionRecord, UserRecord } from './state.js';
import type { WebhookMessage } from './webhook-message.js';

export interface WebhookDelivery {
  url: string;
  message: WebhookMessage;
  /** `held` until it is sent, `pending` while it is under way; a number is the receiver's answer. */
  outcome: 'held' | 'pending' | 'lost' | 'failed' | number;
}

const deliveryTimeoutMs = 2500;

/** Sends events to webhooks: each once, without retry, signature or order. */
export class Analytics {
  readonly deliveries: WebhookDelivery[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private lastMicroseconds = 0;

  constructor(
    private readonly settings: PortalSettings,
    private readonly state: PortalState,
    private readonly clock: PortalClock,
    private readonly faults: Faults,
    private readonly portalUrl: () => string,
  ) {}

  /** Goes to the portal's webhook, and to the session's own. */
  reportSession(session: SessionRecord, name: string, data: Record<string, unknown> = {}): void {
    const message = {
      portal: this.portalWithVersion(),
      event: {
        name,
        timestamp: this.timestamp(),
        user: session.owner,
        session: session.name,
        environment: session.environment.name,
        workshop: session.environment.workshop.name,
        data,
      },
    };
    this.send(this.settings.analyticsWebhookUrl, message);
    this.send(session.analyticsUrl, message);
  }

  reportEnvironment(environment: EnvironmentRecord, name: string): void {
    this.send(this.settings.analyticsWebhookUrl, {
      portal: this.portalWithVersion(),
      event: {
        name,
        timestamp: this.timestamp(),
        environment: environment.name,
        workshop: environment.workshop.alias,
        data: {},
      },
    });
  }

  reportUser(user: UserRecord, name: string): void {
    this.send(this.settings.analyticsWebhookUrl, {
      portal: { name: this.settings.name, url: this.portalUrl() },
      event: { name, timestamp: this.timestamp(), user: user.username, data: { group: 'anonymous' } },
    });
  }

  /** To be awaited by every request before it answers. */
  async beforeResponse(): Promise<void> {
    if (this.faults.webhookTiming === 'before-response') await this.settle();
  }

  /** To be called when a request has answered, and when a background task is done. */
  async afterResponse(): Promise<void> {
    if (this.faults.webhookTiming === 'after-response') await this.release('sent');
    if (this.faults.webhookTiming === 'reversed') await this.release('reversed');
  }

  /** Sends what was held back, one after the other. */
  async release(order: 'sent' | 'reversed'): Promise<void> {
    const held = this.deliveries.filter((delivery) => delivery.outcome === 'held');
    for (const delivery of held) delivery.outcome = 'pending';
    for (const delivery of order === 'sent' ? held : held.toReversed()) await this.deliver(delivery);
  }

  /** Settles when no webhook is under way. */
  async settle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.settle();
  }

  private send(url: string, message: WebhookMessage): void {
    if (url === '') return;
    const delivery: WebhookDelivery = { url, message, outcome: 'held' };
    this.deliveries.push(delivery);
    const { webhookTiming } = this.faults;
    if (this.faults.isWebhookLost(message)) delivery.outcome = 'lost';
    else if (webhookTiming === 'at-once' || webhookTiming === 'before-response') void this.deliver(delivery);
  }

  private async deliver(delivery: WebhookDelivery): Promise<void> {
    delivery.outcome = 'pending';
    const sending = this.post(delivery);
    this.underWay.add(sending);
    await sending;
    this.underWay.delete(sending);
  }

  private async post(delivery: WebhookDelivery): Promise<void> {
    try {
      const response = await fetch(delivery.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(delivery.message),
        signal: AbortSignal.any([AbortSignal.timeout(deliveryTimeoutMs), this.stopped.signal]),
      });
      await response.arrayBuffer();
      delivery.outcome = response.status;
    } catch {
      delivery.outcome = 'failed';
    }
  }

  private portalWithVersion(): WebhookMessage['portal'] {
    const { uid, generation } = this.state;
    return { name: this.settings.name, uid, generation, url: this.portalUrl() };
  }

  /** As Python's `isoformat`: microseconds and `+00:00`. No two events share one. */
  private timestamp(): string {
    this.lastMicroseconds = Math.max(this.clock.now().getTime() * 1000, this.lastMicroseconds + 1);
    const seconds = new Date(Math.trunc(this.lastMicroseconds / 1000)).toISOString().slice(0, 19);
    const fraction = this.lastMicroseconds % 1_000_000;
    return `${seconds}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`;
  }
}
