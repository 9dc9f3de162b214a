import { Injectable } from '@nestjs/common';
import { Bulkhead } from '../../../platform/http-client/bulkhead.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import { OutboundError } from '../../../platform/http-client/outbound-error.js';
import type { OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import { PortalMonitor } from '../portals/portal-monitor.js';
import type { Portal } from '../portals/portal.js';
import { PortalError } from './portal-error.js';
import { failureOf, type PortalOperation } from './portal-failure.policy.js';

/** A portal works on five requests at once and has one global lock; more calls than this only queue up inside it. */
const maxConcurrentCalls = 4;
/** Calls that may wait for one of those places. */
const maxWaitingCalls = 1000;
/** How long a call may wait for its place, in milliseconds. */
const maxWaitMs = 30_000;
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
    if (!(await places.enter(AbortSignal.timeout(maxWaitMs)))) throw new PortalError(portal.name, 'busy');
    try {
      const { operation, path, ...rest } = request;
      const response = await this.http.request({
        ...rest,
        url: portal.url + path,
        trust: 'operator',
        maxResponseBytes,
        // A request that finds the portal full is a 503 too, and must not open the circuit for everybody else.
        hasCircuitBreaker: operation !== 'request',
      });
      this.record(portal, operation, response);
      return response;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      // An open circuit tells nothing new.
      if (error.reason !== 'circuit-open') this.monitor.recordFailure(portal.name, error.reason, false);
      throw new PortalError(portal.name, error.reason === 'tls-failed' ? 'misconfigured' : 'unreachable', error);
    } finally {
      places.leave();
    }
  }

  private record(portal: Portal, operation: PortalOperation, { status, body, durationMs }: OutboundResponse): void {
    if (failureOf(operation, { status, body: body.toString() }) === 'busy') {
      this.monitor.recordFailure(portal.name, `answered ${status}`, true);
    } else {
      this.monitor.recordAnswer(portal.name, durationMs);
    }
  }

  private placesOf({ name }: Portal): Bulkhead {
    const places =
      this.places.get(name) ?? new Bulkhead({ maxConcurrent: maxConcurrentCalls, maxQueued: maxWaitingCalls });
    this.places.set(name, places);
    return places;
  }
}
