import type { OutboundRequest } from '../../../platform/http-client/outbound-request.js';
import type { Portal } from '../portals/portal.js';
import type { PortalOperation } from './portal-failure.policy.js';

/** A catalogue of several hundred workshops with their sessions. */
const maxResponseBytes = 8 * 1_048_576;

export interface PortalRequest {
  operation: PortalOperation;
  method: 'GET' | 'POST';
  /** Path and query below the portal's address. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** From the place in the queue to the last byte, in milliseconds. */
  timeoutMs: number;
}

/** How a portal is called: an address that came through the API is guarded, one of the operator is not. */
export function outboundRequestOf(portal: Portal, { operation, path, ...rest }: PortalRequest): OutboundRequest {
  const { url, source, certificateAuthority } = portal;
  return {
    ...rest,
    url: url + path,
    trust: source === 'environment' ? 'operator' : 'caller',
    maxResponseBytes,
    // A request that finds the portal full is a 503 too, and must not open the circuit for everybody else.
    hasCircuitBreaker: operation !== 'request',
    ...(certificateAuthority !== undefined && { certificateAuthority }),
  };
}
