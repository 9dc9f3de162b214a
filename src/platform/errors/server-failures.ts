import { Injectable } from '@nestjs/common';

/** A request that failed by our own fault. Nothing in it tells what was asked or what is inside. */
export interface ServerFailure {
  status: number;
  code: string;
  method: string;
  /** The pattern of the route, without its parameters. */
  route: string;
  correlationId: string;
  /** For telling faults apart; not to be shown. */
  thrown: unknown;
}

/** Tells whoever wants to know about requests that failed by our own fault. */
@Injectable()
export class ServerFailures {
  private readonly listeners: ((failure: ServerFailure) => void)[] = [];

  /** @param listener must neither throw nor take time: the request is still waiting for its answer */
  subscribe(listener: (failure: ServerFailure) => void): void {
    this.listeners.push(listener);
  }

  report(failure: ServerFailure): void {
    for (const listener of this.listeners) listener(failure);
  }
}
