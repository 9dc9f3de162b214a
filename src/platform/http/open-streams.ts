/** Counts the event streams that each caller has open in this process. */
export class OpenStreams {
  private readonly byCaller = new Map<string, number>();

  constructor(private readonly maxPerCaller: number) {}

  hasRoomFor(actor: string): boolean {
    return (this.byCaller.get(actor) ?? 0) < this.maxPerCaller;
  }

  /** Counts a stream from its first text to its end, however it ends. */
  async *counted(actor: string, stream: AsyncGenerator<string>): AsyncGenerator<string> {
    this.change(actor, 1);
    try {
      yield* stream;
    } finally {
      this.change(actor, -1);
    }
  }

  private change(actor: string, by: 1 | -1): void {
    const open = (this.byCaller.get(actor) ?? 0) + by;
    if (open === 0) this.byCaller.delete(actor);
    else this.byCaller.set(actor, open);
  }
}
