import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Why a run ends before its work: `cancelled` by an admin, `lost` to another process or with its integration, `timeout`, or because this
 * process `shutdown`s, after which another one goes on.
 */
export type StopReason = 'cancelled' | 'lost' | 'timeout' | 'shutdown';

export class RunStopped extends Error {
  constructor(readonly reason: StopReason) {
    super(`The run was stopped: ${reason}`);
    this.name = 'RunStopped';
  }
}

/** What a run holds of its integration while its lease lasts. */
export interface Claim {
  runId: string;
  integrationId: string;
  leaseToken: string;
}

/** What a run did since it was last written down. */
export interface RunCounts {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  deleted: number;
  rejected: number;
  sent: number;
  refused: number;
}

/** A run that this process has. */
export class ActiveRun {
  readonly signal: AbortSignal;
  /** Whether this process has stored or sent anything of it. */
  hasProgress = false;
  /** By the clock of this process; when it is older than the lease, others may have the run. */
  renewedAt = Date.now();
  private readonly aborting = new AbortController();
  private isToYield = false;

  constructor(readonly claim: Claim) {
    this.signal = this.aborting.signal;
    setMaxListeners(0, this.signal);
  }

  /** Stops it now, whatever it waits for. */
  stop(reason: StopReason): void {
    if (!this.signal.aborted) this.aborting.abort(new RunStopped(reason));
  }

  /** Lets it stop by itself after what it is doing. */
  yieldSoon(): void {
    this.isToYield = true;
  }

  /** @throws RunStopped when it is to stop, or this process is to give it up */
  assertGoesOn(): void {
    this.signal.throwIfAborted();
    if (this.isToYield) throw new RunStopped('shutdown');
  }

  /** Waits for work that may not listen to the signal. */
  async wait<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let onAbort = (): void => undefined;
    const stopped = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
    });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      // What is not waited for any more must not end the process when it fails.
      work.catch(() => undefined);
    }
  }

  async pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    const endsAt = Date.now() + ms;
    while (Date.now() < endsAt) {
      this.assertGoesOn();
      await this.wait(sleep(Math.min(500, endsAt - Date.now())));
    }
  }
}
