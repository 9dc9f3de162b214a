interface Task {
  dueAtMs: number;
  everyMs: number | null;
  run: () => Promise<void> | void;
}

/**
 * The portal's own time. It runs with the real one unless frozen, and jumps on `advance`; either way, what falls due
 * is done at its moment and in order.
 */
export class PortalClock {
  private readonly tasks: Task[] = [];
  private aheadMs: number;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private frozenAtMs: number | null;

  constructor(options: { isFrozen?: boolean; startsAt?: Date }) {
    const startsAtMs = options.startsAt?.getTime() ?? Date.now();
    this.aheadMs = startsAtMs - Date.now();
    this.frozenAtMs = options.isFrozen ? startsAtMs : null;
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  after(seconds: number, run: Task['run']): void {
    this.add({ dueAtMs: this.nowMs() + seconds * 1000, everyMs: null, run });
  }

  every(seconds: number, run: Task['run']): void {
    this.add({ dueAtMs: this.nowMs() + seconds * 1000, everyMs: seconds * 1000, run });
  }

  /** Moves the time on and settles when everything that fell due has been done. */
  advance(seconds: number): Promise<void> {
    this.work = this.work.then(() => this.moveTo(this.nowMs() + seconds * 1000));
    return this.work;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.tasks.length = 0;
  }

  private nowMs(): number {
    return this.frozenAtMs ?? Date.now() + this.aheadMs;
  }

  private add(task: Task): void {
    this.tasks.push(task);
    this.arm();
  }

  private async moveTo(targetMs: number): Promise<void> {
    for (let task = this.nextTask(); task && task.dueAtMs <= targetMs; task = this.nextTask()) {
      this.jumpTo(task.dueAtMs);
      if (task.everyMs === null) this.tasks.splice(this.tasks.indexOf(task), 1);
      else task.dueAtMs += task.everyMs;
      await task.run();
    }
    this.jumpTo(targetMs);
    this.arm();
  }

  private jumpTo(timeMs: number): void {
    if (this.frozenAtMs !== null) this.frozenAtMs = Math.max(this.frozenAtMs, timeMs);
    else this.aheadMs = Math.max(this.aheadMs, timeMs - Date.now());
  }

  private nextTask(): Task | undefined {
    return this.tasks.toSorted((left, right) => left.dueAtMs - right.dueAtMs)[0];
  }

  private arm(): void {
    clearTimeout(this.timer);
    const next = this.nextTask();
    if (!next || this.frozenAtMs !== null) return;
    this.timer = setTimeout(() => void this.advance(0), Math.max(0, next.dueAtMs - this.nowMs())).unref();
  }
}
