import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { QuotaName } from '../rate-limit/quotas.js';

/** What the edge knows of a route before Nest sees the request: Fastify's route config, set by decorators of the platform. */
export interface RouteSettings {
  /** Keep the exact bytes of the body and take any media type; see `KeepsRawBody`. */
  keepsRawBody?: boolean;
  /** Wrap results in the portal's envelope; see `UseEnvelope`. */
  envelopeMessage?: string;
  /** Neither counted nor refused by rate limits; see `Unlimited`. */
  isUnlimited?: boolean;
  /** A quota of its own beside the caller's general one; see `RateLimited`. */
  rateLimit?: { readonly name: QuotaName; readonly countsBy: 'caller' | 'address' };
}

declare module 'fastify' {
  interface FastifyContextConfig extends RouteSettings {}
}

/** Adds to the settings of a route; unlike Nest's `RouteConfig`, several decorators can each add theirs. */
export const SetRoute =
  (settings: RouteSettings): MethodDecorator =>
  (target, key, descriptor) => {
    const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
      object | undefined;
    RouteConfig({ ...present, ...settings })(target, key, descriptor);
  };
