import { SetMetadata } from '@nestjs/common';

/** Under this key a route says who may call it; the identity module's access guard reads it. */
export const accessKey = 'platform:access';
export const unguarded = 'unguarded';

/**
 * Marks routes that check credentials of their own (a webhook's signature, the metrics token) or that a load balancer polls: the
 * access guard leaves them alone, does not look at `Authorization` or `x-admin-secret`, and they have no caller. Routes that are
 * merely open to everybody carry `@Access('public')` instead.
 */
export const Unguarded = () => SetMetadata(accessKey, unguarded);
