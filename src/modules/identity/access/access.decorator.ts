import { SetMetadata } from '@nestjs/common';
import type { Role } from './role.js';

export const accessKey = 'identity:access';

/**
 * Who may call the route: `public` (anybody; a valid token is still recognised) or the least role. Every route must carry it,
 * on itself or on its controller: the application refuses to start otherwise. An admin, by secret or token, passes always.
 */
export const Access = (minimum: 'public' | Role) => SetMetadata(accessKey, minimum);
