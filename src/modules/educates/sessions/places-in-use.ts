import { Injectable } from '@nestjs/common';

interface Request {
  environment: string;
  /** When the portal had answered, of `performance.now()`; infinite until then. */
  settledAtMs: number;
}

/** Longer than any catalogue stays without renewal while its portal answers, in milliseconds. */
const keptForMs = 300_000;

/**
 * Counts our own requests that a portal's catalogue does not show yet, so that a class that starts at once is spread by what is free
 * and not by what was free. Each process counts its own; what others take, the portal refuses.
 */
@Injectable()
export class PlacesInUse {
  private readonly requests = new Map<string, Set<Request>>();

  /**
   * Takes a place.
   *
   * @returns to be called when the portal has answered, with whether it gave the place
   */
  take(portal: string, environment: string): (isTaken: boolean) => void {
    const request: Request = { environment, settledAtMs: Number.POSITIVE_INFINITY };
    const requests = this.requestsOf(portal);
    requests.add(request);
    return (isTaken) => {
      if (isTaken) request.settledAtMs = performance.now();
      else requests.delete(request);
    };
  }

  /** Requests that were not answered when the portal was asked for its catalogue. */
  countSince(portal: string, environment: string, askedAtMs: number): { here: number; onPortal: number } {
    const requests = this.requestsOf(portal);
    for (const request of requests) if (request.settledAtMs < performance.now() - keptForMs) requests.delete(request);
    const counted = [...requests].filter(({ settledAtMs }) => settledAtMs >= askedAtMs);
    return { here: counted.filter((request) => request.environment === environment).length, onPortal: counted.length };
  }

  private requestsOf(portal: string): Set<Request> {
    const requests = this.requests.get(portal) ?? new Set<Request>();
    this.requests.set(portal, requests);
    return requests;
  }
}
