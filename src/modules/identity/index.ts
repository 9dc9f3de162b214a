export { Access } from './access/access.decorator.js';
export type { Caller } from './access/caller.js';
export { CurrentCaller } from './access/current-caller.decorator.js';
export { CurrentUserId } from './access/current-user-id.decorator.js';
export { isAtLeast, roles, type Role } from './access/role.js';
export { IdentityModule } from './identity.module.js';
