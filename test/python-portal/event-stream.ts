/** One event of a stream, as a browser would see it. */
export interface ReceivedEvent {
  event: string;
  id: string;
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into data of every shape
  data: any;
}

/** A client of server-sent events that can set headers, which `EventSource` cannot. */
export class EventStream {
  readonly events: ReceivedEvent[] = [];
  /** Lines that begin with a colon, and others that are no event. */
  readonly comments: string[] = [];
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;

  private constructor(
    readonly response: Response,
    private readonly controller: AbortController,
  ) {
    this.ended = this.read().catch((error: unknown) => {
      if (!controller.signal.aborted) throw error;
    });
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventStream> {
    const controller = new AbortController();
    return new EventStream(await fetch(url, { headers, signal: controller.signal }), controller);
  }

  ofType(type: string): ReceivedEvent[] {
    return this.events.filter(({ event }) => event === type);
  }

  /** All that the program printed to a stream. */
  printed(stream: 'stdout' | 'stderr' = 'stdout'): string {
    const pieces = this.ofType('output').filter(({ data }) => data.stream === stream);
    return pieces.map(({ data }) => data.text as string).join('');
  }

  hangUp(): void {
    this.controller.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of this.response.body ?? []) {
      text += decoder.decode(bytes as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.receive(block);
    }
  }

  private receive(block: string): void {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const { event, id, data } = fields;
    if (event === undefined || id === undefined || data === undefined) this.comments.push(block);
    else this.events.push({ event, id, data: JSON.parse(data) });
  }
}
