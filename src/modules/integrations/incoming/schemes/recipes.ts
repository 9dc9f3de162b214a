import type { RecipeFacts } from './scheme.js';

type Recipe = (facts: RecipeFacts) => string[];

const enterKey =
  'Enter it here with POST …/rotate {"key": "…", "overlapSeconds": 0}; until then everything is refused.';

/** What an admin does at the sender, for each scheme. */
export const recipes = {
  'path-secret': ({ url }) => [
    `Have the sender POST to ${url}.`,
    'Whoever knows this address can post. Prefer a scheme with a signature if the sender has one.',
  ],
  github: ({ url }) => [
    'Repository or organisation > Settings > Webhooks > Add webhook.',
    `Payload URL: ${url}`,
    'Content type: application/json. Secret: the key that was shown when the source was made.',
    'GitHub does not send again by itself what failed; "Recent Deliveries" has a button for three days.',
  ],
  gitlab: ({ url }) => [
    'Project or group > Settings > Webhooks > Add new webhook.',
    `URL: ${url}`,
    'Secret token: the key. Where GitLab offers a signing token (whsec_…), enter that one here with POST …/rotate instead.',
  ],
  stripe: ({ url }) => [
    'Developers > Webhooks > Add destination > Webhook endpoint.',
    `Endpoint URL: ${url}`,
    `Stripe then shows a signing secret (whsec_…). ${enterKey}`,
  ],
  slack: ({ url }) => [
    `api.slack.com/apps > your app > Basic Information > Signing Secret. ${enterKey}`,
    'Then Event Subscriptions > Enable Events (or Slash Commands, or Interactivity).',
    `Request URL: ${url} (Slack checks it at once).`,
  ],
  shopify: ({ url }) => [
    `Your app > API credentials: the client secret signs its webhooks. ${enterKey}`,
    `Subscribe with the address ${url}`,
    'Webhooks made in the shop (Settings > Notifications > Webhooks) are signed with the secret shown there.',
  ],
  'standard-webhooks': ({ url }) => [
    `Register the endpoint ${url} at the sender.`,
    'If the sender takes a secret, give it the key that was shown when the source was made.',
    `If it makes one (whsec_… or a public key whpk_…): ${enterKey}`,
  ],
  canvas: ({ url, settings }) => [
    'Canvas > Admin > Data Services > Live Events > Add subscription.',
    `Delivery method: HTTPS. URL: ${url}`,
    'Message type: Canvas or Caliper. Switch "Sign Payload" on.',
    `Keys are read from ${(settings as { jwksUrl: string }).jwksUrl}.`,
  ],
  hmac: ({ url, settings }) => {
    const { header, algorithm, encoding, prefix, payload } = settings as Record<string, string>;
    return [
      `Have the sender POST to ${url}.`,
      `Header ${header}: ${prefix}<${encoding} of HMAC-${algorithm} over ${payload}>, keyed with the key.`,
    ];
  },
  basic: ({ url, settings }) => [
    `Have the sender POST to ${url}.`,
    `User name: ${(settings as { username: string }).username}. Password: the key.`,
  ],
  token: ({ url, settings }) => {
    const { header, prefix } = settings as Record<string, string>;
    return [`Have the sender POST to ${url}.`, `Header ${header}: ${prefix}<the key>.`];
  },
  none: ({ url }) => [
    `Have the sender POST to ${url}.`,
    'Nothing is verified: whoever knows this address can post. Use it only for senders that can do nothing better.',
  ],
} satisfies Record<string, Recipe>;
