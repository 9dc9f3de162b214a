import type { HttpService } from '@nestjs/axios';
import { AddressGuard } from './address-guard.policy.js';
import { AxiosTransport } from './axios-transport.js';
import { systemResolver, type HostResolver } from './guarded-lookup.js';
import { HttpClient } from './http-client.js';
import { OutboundAgents } from './outbound-agents.js';
import type { OutboundSettings } from './outbound-settings.js';
import { defaultResilience, type ResilienceSettings } from './resilience-settings.js';
import { TransportByVolume } from './transport-by-volume.js';
import { UndiciTransport } from './undici-transport.js';

/**
 * Puts the client together.
 *
 * @param resolve how host names that came through the API are resolved
 * @throws Error that names an entry of `allowHosts` which is not understood
 */
export function createHttpClient(
  http: HttpService,
  settings: OutboundSettings,
  resilience: ResilienceSettings = defaultResilience,
  resolve: HostResolver = systemResolver,
): HttpClient {
  const guard = new AddressGuard(settings);
  const agents = new OutboundAgents(guard, resolve);
  const transport = new TransportByVolume({
    few: new AxiosTransport(http, agents),
    many: new UndiciTransport(guard, resolve),
  });
  return new HttpClient(transport, guard, resilience);
}
