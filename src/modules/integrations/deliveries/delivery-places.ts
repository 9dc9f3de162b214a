/** How many attempts one process has under way. */
export interface PlaceLimits {
  /** That have just begun, to all endpoints. */
  fresh: number;
  /** That take their time. With this many, only endpoints that answer fast get more. */
  slow: number;
  /** To one endpoint that answers fast, and to one of which that is not known. */
  perEndpoint: number;
  perUnprovenEndpoint: number;
  /** After which an attempt is slow. */
  slowAfterMs: number;
}

/** Together they stay below the 2048 connections that the HTTP client opens. */
export const defaultPlaceLimits: PlaceLimits = {
  fresh: 1000,
  slow: 1000,
  perEndpoint: 40,
  perUnprovenEndpoint: 2,
  slowAfterMs: 1000,
};

/** An endpoint that answers fast gets so many places more with each answer. */
const growth = 2;

interface EndpointPlaces {
  fresh: number;
  slow: number;
  limit: number;
}

/** The places of one batch. `settle` gives one back, `close` the rest. */
export interface BatchPlaces {
  settle(isAccepted: boolean): void;
  close(): void;
}

/**
 * Shares the places of this process among the endpoints, so that those that hang leave room for the others: an attempt holds one of
 * the places for new attempts only for a moment, then one of those for slow attempts, which only endpoints that have not answered
 * fast of late compete for. How many an endpoint gets grows with fast answers and is halved by each failure.
 */
export class DeliveryPlaces {
  readonly #endpoints = new Map<string, EndpointPlaces>();
  #fresh = 0;
  #slow = 0;

  constructor(private readonly limits: PlaceLimits = defaultPlaceLimits) {}

  /** Whether there may be room for any endpoint at all. */
  get isFull(): boolean {
    return this.#fresh >= this.limits.fresh;
  }

  /** Whether the endpoint has answered fast of late, and nothing to it takes its time now. */
  isProven(id: string): boolean {
    const { slow, limit } = this.#endpoints.get(id) ?? this.#unknown();
    return limit > this.limits.perUnprovenEndpoint && slow === 0;
  }

  /** Attempts that may begin to this endpoint now. */
  roomFor(id: string): number {
    const { fresh, slow, limit } = this.#endpoints.get(id) ?? this.#unknown();
    if (!this.isProven(id) && this.#slow >= this.limits.slow) return 0;
    return Math.max(0, Math.min(limit - fresh - slow, this.limits.fresh - this.#fresh));
  }

  /**
   * Whether to claim now. While attempts are under way that end within a moment, claiming waits until half of the places are free: a
   * claim for each free place would cost as much as one for ten.
   */
  isWorthClaiming(id: string): boolean {
    const room = this.roomFor(id);
    const { fresh, limit } = this.#endpoints.get(id) ?? this.#unknown();
    return room > 0 && (fresh === 0 || room * 2 >= limit);
  }

  /** Takes places, within the room that there is. */
  take(id: string, count: number): BatchPlaces {
    const endpoint = this.#endpoints.get(id) ?? this.#unknown();
    this.#endpoints.set(id, endpoint);
    this.#count(endpoint, 'fresh', count);
    let kind: 'fresh' | 'slow' = 'fresh';
    let left = count;
    const timer = setTimeout(() => {
      kind = 'slow';
      this.#count(endpoint, 'fresh', -left);
      this.#count(endpoint, 'slow', left);
      endpoint.limit = this.limits.perUnprovenEndpoint;
    }, this.limits.slowAfterMs);
    const giveBack = (places: number): void => {
      left -= places;
      this.#count(endpoint, kind, -places);
      if (left === 0) clearTimeout(timer);
      const isIdle = endpoint.fresh + endpoint.slow === 0;
      if (isIdle && endpoint.limit === this.limits.perUnprovenEndpoint) this.#endpoints.delete(id);
    };
    return {
      settle: (isAccepted) => {
        if (left === 0) return;
        if (!isAccepted) endpoint.limit = Math.max(this.limits.perUnprovenEndpoint, Math.floor(endpoint.limit / 2));
        else if (kind === 'fresh') endpoint.limit = Math.min(this.limits.perEndpoint, endpoint.limit + growth);
        giveBack(1);
      },
      close: () => giveBack(left),
    };
  }

  #count(endpoint: EndpointPlaces, kind: 'fresh' | 'slow', change: number): void {
    endpoint[kind] += change;
    if (kind === 'fresh') this.#fresh += change;
    else this.#slow += change;
  }

  #unknown(): EndpointPlaces {
    return { fresh: 0, slow: 0, limit: this.limits.perUnprovenEndpoint };
  }
}
