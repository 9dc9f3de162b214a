import { verifyDelivery, type WebhookReceiver } from '../test/support/webhook-receiver.js';
import { waitFor } from '../test/support/wait-for.js';
import type { ApiClient } from './api-client.js';
import { must, type Story } from './story.js';

export interface Connection {
  integrationId: string;
  /** Signing secret of each subscription, by event type. */
  secrets: Record<string, string>;
}

const eventTypes = ['user.registered', 'exercise.completed'];

/** An admin connects another system to what happens here. */
export function connectAnotherSystem(story: Story, admin: ApiClient, receiver: WebhookReceiver): Promise<Connection> {
  return story.step(
    'An admin connects another system with a webhook on user.registered and exercise.completed',
    async (show) => {
      const { integrationId } = await admin.post<{ integrationId: string }>('/api/integrations', {
        name: 'Student information system',
        type: 'webhook',
        config: { endpoint: receiver.url('/hooks') },
        syncFrequency: 0,
      });
      const secrets: Record<string, string> = {};
      for (const eventType of eventTypes) {
        const webhook = await admin.post<{ secret: string }>(`/api/integrations/${integrationId}/webhooks`, {
          eventType,
        });
        secrets[eventType] = webhook.secret;
        show(`${eventType} to ${receiver.url('/hooks')}, signed with ${webhook.secret.slice(0, 10)}…`);
      }
      await admin.post(`/api/integrations/${integrationId}/activate`);
      return { integrationId, secrets };
    },
  );
}

interface Scene {
  admin: ApiClient;
  visitor: ApiClient;
  receiver: WebhookReceiver;
  connection: Connection;
}

/** The other system shows what it received, and posts something itself. */
export async function readTheDeliveries(story: Story, { admin, visitor, receiver, connection }: Scene): Promise<void> {
  await story.step('The other system shows what it received, and that every signature verifies', async (show) => {
    for (const [eventType, secret] of Object.entries(connection.secrets)) {
      const delivery = await waitFor(() => receiver.deliveries.find(({ json }) => json.event === eventType), {
        what: `a delivery of ${eventType}`,
      });
      verifyDelivery(delivery, secret);
      show(`webhook-id ${String(delivery.headers['webhook-id'])}, signature verified`);
      show(delivery.body);
    }
  });

  await story.step('An external system posts a webhook to us', async (show) => {
    const source = await admin.post<{ secret: string; url: string }>(
      `/api/integrations/${connection.integrationId}/incoming-sources`,
    );
    const received = await visitor.post<{ success: boolean; requestId: string }>(
      `/api/integrations/webhook/receive/${source.secret}`,
      { course: 'IT2024', enrolled: 42 },
    );
    show(`accepted as ${received.requestId}`);
    await waitFor(
      async () => {
        const { logs } = await admin.get<{ logs: { direction: string; status: string; eventType: string }[] }>(
          `/api/integrations/${connection.integrationId}/logs`,
        );
        return logs.find(({ direction, status }) => direction === 'incoming' && status === 'success');
      },
      { what: 'the incoming webhook in the log' },
    );
    show('processed, and in the log of the integration');
    must(received.success, 'an accepted webhook', received);
  });
}
