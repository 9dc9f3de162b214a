import { EventEmitter, once } from 'node:events';
import type { OutputStreamName } from '../execution/execution.model.js';
import type { RunWatcher } from '../execution/execution.service.js';

/** A run of this process: what of it is newer than its row, and the means to stop it. */
export class LiveExecution {
  readonly output: Record<OutputStreamName, string> = { stdout: '', stderr: '' };
  readonly watcher: RunWatcher;
  /** Resolves when the run waits for its turn. */
  readonly admitted: Promise<void>;
  isAdmitted = false;
  isRunning = false;
  readonly #stop = new AbortController();
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(onStarted: () => void) {
    let admit: () => void;
    this.admitted = new Promise((resolve) => (admit = resolve));
    this.watcher = {
      onAdmitted: () => {
        this.isAdmitted = true;
        admit();
      },
      onStarted: () => {
        this.isRunning = true;
        onStarted();
        this.#changes.emit('change');
      },
      onOutput: (stream, text) => {
        this.output[stream] += text;
        this.#changes.emit('change');
      },
    };
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort(new Error('The execution was stopped'));
  }

  /** Tells those who wait for a change that the row has the result. */
  end(): void {
    this.#changes.emit('change');
  }

  /** Resolves at the next change; rejects when the signal is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    await once(this.#changes, 'change', { signal });
  }
}
