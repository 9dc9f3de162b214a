import type { ConfiguredPortal } from '../../../platform/config/educates-portals.js';

/** A training portal that we call as its robot. Its name is its key: in paths, in grants and with stored sessions. */
export type Portal = Readonly<ConfiguredPortal>;
