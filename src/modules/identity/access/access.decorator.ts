import { SetMetadata } from '@nestjs/common';
import { accessKey } from '../../../platform/http/unguarded.decorator.js';
import type { Role } from './role.js';

/** `public` is anybody, signed in or not. */
export type AccessLevel = 'public' | Role;

/**
 * Who may call the route: `public` or the least role. Every route must carry this, on itself or on its controller (or be
 * `@Unguarded()`): the application refuses to start otherwise. An admin, by secret or token, always passes. Credentials that are
 * sent must be good, also on public routes, so that a client notices at once that its token has ended.
 */
export const Access = (minimum: AccessLevel) => SetMetadata(accessKey, minimum);
