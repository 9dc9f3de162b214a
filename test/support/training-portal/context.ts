import type { Analytics } from './analytics.js';
import type { Faults } from './faults.js';
import type { Gate } from './gate.js';
import type { PortalSettings } from './options.js';
import type { PortalClock } from './portal-clock.js';
import type { PortalState } from './state.js';
import type { TokenStore } from './token-store.js';

/** Everything that the portal's views and background tasks share. */
export interface PortalContext {
  readonly settings: PortalSettings;
  readonly state: PortalState;
  readonly tokens: TokenStore;
  readonly clock: PortalClock;
  readonly faults: Faults;
  readonly analytics: Analytics;
  /** One for the whole portal; held by `request` and `status`, deployments and every background task. */
  readonly lock: Gate;
  /** The portal's own address, without a slash at the end. */
  readonly url: () => string;
}
