import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { JWK } from 'jose';
import type { SignedRequest, Verdict } from './signed-request.js';

/** Where a sender numbers its webhooks: the first of these that a request has counts. */
export type DeliveryIdPlace = { header: string } | { bodyPath: string };

/** Who makes the keys of a scheme: nobody, the sender, or either. A `given` one is entered by `rotate` once the sender shows it. */
export type KeyOrigin = 'none' | 'given' | 'either';

export interface RecipeFacts {
  url: string;
  // eslint-disable-next-line typescript/no-explicit-any -- each scheme knows its own
  settings: any;
}

/** How webhooks of one kind of sender are told from forgeries. */
export interface Scheme {
  name: string;
  title: string;
  settings: z.ZodType<object>;
  keys: KeyOrigin;
  /** Makes a key, where they may be made here. */
  newKey?: () => string;
  /** What is wrong with a given key; undefined when it is usable. */
  problemOfKey?: (key: string, settings: never) => string | undefined;
  /** Pure. `keySet` is what the sender publishes, where it does. */
  verify: (
    request: SignedRequest,
    keys: readonly string[],
    settings: never,
    keySet: readonly JWK[],
  ) => Verdict | Promise<Verdict>;
  deliveryIds: readonly DeliveryIdPlace[];
  /** An id for what has none, of something that the signature covers, so that a repetition is recognised. */
  fallbackDeliveryId?: (headers: IncomingHttpHeaders, body: Buffer) => string;
  /** Headers to mask, besides those that are secret by their name. */
  secretHeaders?: (settings: never) => string[];
  /** What to paste where, step by step. */
  recipe: (facts: RecipeFacts) => string[];
}
