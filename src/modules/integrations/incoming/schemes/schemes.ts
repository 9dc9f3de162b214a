import { createHash, randomBytes } from 'node:crypto';
import { verifyBasic } from './basic.policy.js';
import { canvasTokenOf, verifyCanvas } from './canvas.policy.js';
import { verifyGithub } from './github.policy.js';
import { verifyGitlab } from './gitlab.policy.js';
import { verifyHmac, type HmacSettings } from './hmac.policy.js';
import { recipes } from './recipes.js';
import type { DeliveryIdPlace, Scheme } from './scheme.js';
import {
  basicSettings,
  canvasSettings,
  hmacSettings,
  noneSettings,
  noSettings,
  tokenSettings,
} from './scheme-settings.js';
import { signedPartOf } from './json-web-token.policy.js';
import { verifyShopify } from './shopify.policy.js';
import { verifySlack } from './slack.policy.js';
import { isStandardKey, verifyStandardWebhooks } from './standard-webhooks.policy.js';
import { verifyStripe } from './stripe.policy.js';
import { verifyToken, type TokenSettings } from './token.policy.js';

const keyBytes = 32;
const newTextKey = (): string => randomBytes(keyBytes).toString('base64url');
const newStandardKey = (): string => `whsec_${randomBytes(keyBytes).toString('base64')}`;

/** Headers in which senders number their webhooks: Standard Webhooks, Svix, GitLab and others, GitHub, Shopify. */
const commonDeliveryIds: DeliveryIdPlace[] = [
  { header: 'webhook-id' },
  { header: 'svix-id' },
  { header: 'idempotency-key' },
  { header: 'x-github-delivery' },
  { header: 'x-shopify-webhook-id' },
];

const digestOf = (content: string | Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Every scheme. The secret of `path-secret` is a part of the address, so there is nothing more to verify, nor is there for `none`. */
const all: Scheme[] = [
  {
    name: 'path-secret',
    title: 'A secret in the address',
    settings: noSettings,
    keys: 'none',
    verify: () => 'verified',
    deliveryIds: commonDeliveryIds,
    recipe: recipes['path-secret'],
  },
  {
    name: 'github',
    title: 'GitHub',
    settings: noSettings,
    keys: 'either',
    newKey: newTextKey,
    verify: verifyGithub,
    deliveryIds: [{ header: 'x-github-delivery' }],
    recipe: recipes.github,
  },
  {
    name: 'gitlab',
    title: 'GitLab (signing token or secret token)',
    settings: noSettings,
    keys: 'either',
    newKey: newTextKey,
    verify: verifyGitlab,
    deliveryIds: [{ header: 'webhook-id' }, { header: 'idempotency-key' }],
    recipe: recipes.gitlab,
  },
  {
    name: 'stripe',
    title: 'Stripe',
    settings: noSettings,
    keys: 'given',
    verify: verifyStripe,
    deliveryIds: [{ bodyPath: 'id' }],
    recipe: recipes.stripe,
  },
  {
    name: 'slack',
    title: 'Slack (events, commands, interactions)',
    settings: noSettings,
    keys: 'given',
    verify: verifySlack,
    deliveryIds: [{ bodyPath: 'event_id' }, { bodyPath: 'trigger_id' }],
    fallbackDeliveryId: (headers) => digestOf(String(headers['x-slack-signature'])),
    recipe: recipes.slack,
  },
  {
    name: 'shopify',
    title: 'Shopify',
    settings: noSettings,
    keys: 'given',
    verify: verifyShopify,
    deliveryIds: [{ header: 'x-shopify-webhook-id' }],
    recipe: recipes.shopify,
  },
  {
    name: 'standard-webhooks',
    title: 'Standard Webhooks or Svix',
    settings: noSettings,
    keys: 'either',
    newKey: newStandardKey,
    problemOfKey: (key) =>
      isStandardKey(key)
        ? undefined
        : 'must be whsec_ and base64 of at least 16 bytes, or whpk_ and base64 of a public key',
    verify: verifyStandardWebhooks,
    deliveryIds: [{ header: 'webhook-id' }, { header: 'svix-id' }],
    recipe: recipes['standard-webhooks'],
  },
  {
    name: 'canvas',
    title: 'Canvas Live Events, signed',
    settings: canvasSettings,
    keys: 'none',
    verify: verifyCanvas,
    deliveryIds: [],
    fallbackDeliveryId: (_headers, body) => digestOf(signedPartOf(canvasTokenOf(body))),
    recipe: recipes.canvas,
  },
  {
    name: 'hmac',
    title: 'An HMAC in a header',
    settings: hmacSettings,
    keys: 'either',
    newKey: newTextKey,
    problemOfKey: (key, { keyEncoding }: HmacSettings) =>
      keyEncoding === 'text' || Buffer.from(key, keyEncoding).toString(keyEncoding) === key
        ? undefined
        : `must be ${keyEncoding}, as settings.keyEncoding says`,
    verify: verifyHmac,
    deliveryIds: commonDeliveryIds,
    secretHeaders: ({ header }: HmacSettings) => [header],
    recipe: recipes.hmac,
  },
  {
    name: 'basic',
    title: 'User name and password',
    settings: basicSettings,
    keys: 'either',
    newKey: newTextKey,
    verify: verifyBasic,
    deliveryIds: commonDeliveryIds,
    recipe: recipes.basic,
  },
  {
    name: 'token',
    title: 'A token in a header',
    settings: tokenSettings,
    keys: 'either',
    newKey: newTextKey,
    verify: verifyToken,
    deliveryIds: commonDeliveryIds,
    secretHeaders: ({ header }: TokenSettings) => [header],
    recipe: recipes.token,
  },
  {
    name: 'none',
    title: 'Nothing but the address',
    settings: noneSettings,
    keys: 'none',
    verify: () => 'verified',
    deliveryIds: commonDeliveryIds,
    recipe: recipes.none,
  },
];

const byName = new Map(all.map((scheme) => [scheme.name, scheme]));

export const schemeNames = all.map(({ name }) => name);

/** The secret of a source of this scheme is in its address, as the original had it; the addresses of all others are opaque. */
export const pathSecretScheme = 'path-secret';

/** @throws Error when there is none; what is stored was checked */
export function schemeOf(name: string): Scheme {
  const scheme = byName.get(name);
  if (scheme === undefined) throw new Error(`There is no incoming scheme "${name}"`);
  return scheme;
}
