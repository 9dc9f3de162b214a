import { Injectable } from '@nestjs/common';
import { Bulkhead } from '../../../platform/http-client/bulkhead.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import { OutboundError } from '../../../platform/http-client/outbound-error.js';
import type { OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import { PortalMonitor } from '../portals/portal-monitor.js';
import type { Portal } from '../portals/portal.js';
import { PortalError } from './portal-error.js';
import { failureOf, type PortalOperation } from './portal-failure.policy.js';
import { outboundRequestOf, type PortalRequest } from './portal-request.js';

/** A portal works on five requests at once and has one global lock; more calls than this only queue up inside it. */
const maxConcurrentCalls = 4;
/** Calls that may wait for one of those places. */
const maxWaitingCalls = 1000;
/** How long a call may wait for its place, in milliseconds. */
const maxWaitMs = 30_000;
/** Sends single requests to portals, a few at a time, and tells the monitor what became of them. Knows nothing of tokens. */
@Injectable()
export class PortalTransport {
  private readonly places = new Map<string, Bulkhead>();

  constructor(
    private readonly http: HttpClient,
    private readonly monitor: PortalMonitor,
  ) {}

  /**
   * The portal's answer, whatever its status.
   *
   * @throws PortalError `unreachable` or `misconfigured`
   */
  async send(portal: Portal, request: PortalRequest): Promise<OutboundResponse> {
    const places = this.placesOf(portal);
    if (!(await places.enter(AbortSignal.timeout(maxWaitMs)))) throw new PortalError(portal.name, 'unreachable');
    try {
      const response = await this.http.request(outboundRequestOf(portal, request));
      this.record(portal, request.operation, response);
      return response;
    } catch (error) {
      throw error instanceof OutboundError ? this.failed(portal, error) : error;
    } finally {
      places.leave();
    }
  }

  /** As {@link send}, but of one call that says nothing about how the portal is. @throws OutboundError */
  exchange(portal: Portal, request: PortalRequest): Promise<OutboundResponse> {
    return this.http.request({ ...outboundRequestOf(portal, request), hasCircuitBreaker: false });
  }

  private failed({ name }: Portal, error: OutboundError): PortalError {
    if (error.reason === 'tls-failed') {
      this.monitor.recordMisconfiguration(name, 'connection', 'its certificate is not accepted');
      return new PortalError(name, 'misconfigured', error);
    }
    if (error.kind === 'invalid') {
      this.monitor.recordMisconfiguration(name, 'connection', `its address may not be called (${error.reason})`);
      return new PortalError(name, 'misconfigured', error);
    }
    // An open circuit tells nothing new.
    if (error.reason !== 'circuit-open') this.monitor.recordFailure(name, error.reason, false);
    return new PortalError(name, 'unreachable', error);
  }

  private record({ name }: Portal, operation: PortalOperation, response: OutboundResponse): void {
    const { status, body, durationMs } = response;
    const failure = failureOf(operation, { status, body: body.toString() });
    if (failure === 'busy') this.monitor.recordFailure(name, `answered ${status}`, true);
    else this.monitor.recordAnswer(name, durationMs);
    this.monitor.recordAcceptance(name, 'connection');
    // Of tokens their keeper knows more: a refresh token that is refused is nothing unusual.
    if (operation === 'token') return;
    if (failure === undefined) this.monitor.recordAcceptance(name, operation);
    if (failure === 'misconfigured') {
      this.monitor.recordMisconfiguration(name, operation, `it answered ${status} to a ${operation}`);
    }
  }

  private placesOf({ name }: Portal): Bulkhead {
    const places =
      this.places.get(name) ?? new Bulkhead({ maxConcurrent: maxConcurrentCalls, maxQueued: maxWaitingCalls });
    this.places.set(name, places);
    return places;
  }
}
