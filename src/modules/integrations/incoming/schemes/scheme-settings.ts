import { z } from 'zod';
import { headerName } from '../../integrations/http-config.js';
import { endpointUrl } from '../../integrations/http-config.js';
import { jwtAlgorithms } from './json-web-token.policy.js';
import { macAlgorithms, macEncodings } from './message-code.policy.js';

/** Where Canvas publishes the keys of its Live Events. */
const canvasKeysUrl = 'https://8axpcl50e4.execute-api.us-east-1.amazonaws.com/main/jwks';

const lowerCaseHeader = headerName.transform((name) => name.toLowerCase());
const prefix = z.string().max(50).default('');
/**
 * How the provider checks an address with GET: `echo` sends the parameter `challenge` back (Dropbox, Nylas), `hub` sends
 * `hub.challenge` back to who knows the key as `hub.verify_token` (WebSub, Meta).
 */
const challenge = z.enum(['none', 'echo', 'hub']).default('none');

export const noSettings = z.strictObject({});

export const tokenSettings = z.strictObject({ header: lowerCaseHeader.default('x-webhook-token'), prefix, challenge });

export const noneSettings = z.strictObject({ challenge: z.enum(['none', 'echo']).default('none') });

export const basicSettings = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^:\p{Cc}]+$/u, 'must hold neither a colon nor control characters')
    .default('webhook'),
});

export const canvasSettings = z.strictObject({
  jwksUrl: endpointUrl.default(canvasKeysUrl),
  algorithms: z.array(z.enum(jwtAlgorithms)).min(1).default(['RS256']),
});

export const hmacSettings = z
  .strictObject({
    header: lowerCaseHeader.default('x-webhook-signature'),
    algorithm: z.enum(macAlgorithms).default('sha256'),
    encoding: z.enum(macEncodings).default('hex'),
    prefix,
    keyEncoding: z.enum(['text', 'hex', 'base64']).default('text'),
    payload: z.string().max(200).default('{body}'),
    timestamp: z
      .strictObject({ header: lowerCaseHeader, unit: z.enum(['seconds', 'milliseconds']).default('seconds') })
      .optional(),
    challenge,
  })
  .superRefine(({ payload, timestamp }, context) => {
    const names = payload.match(/\{[^}]*\}/g) ?? [];
    const expected = timestamp === undefined ? ['{body}'] : ['{body}', '{timestamp}'];
    if (names.toSorted().join() !== expected.join()) {
      const message = `must hold ${expected.join(' and ')} once, and nothing else in braces`;
      context.addIssue({ code: 'custom', path: ['payload'], message });
    }
  });
