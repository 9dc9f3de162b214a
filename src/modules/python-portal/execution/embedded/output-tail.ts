import type { OutputListener, OutputStreamName } from '../execution.model.js';
import { type OutputBuffer, truncate } from './output-buffer.js';

/** How often what a program printed is looked for: soon enough for people, and a flood of prints makes no flood of messages. */
const intervalMs = 100;

export interface LiveOutput {
  onOutput: OutputListener;
  /** Of each stream, as in the result. */
  maxChars: number;
}

/**
 * Tells a listener what an interpreter prints, piece by piece, until the returned function is called; that tells the rest. The
 * interpreter's thread is not asked: it is blocked by the program.
 */
export function tellOutput(streams: Record<OutputStreamName, OutputBuffer>, live: LiveOutput): () => void {
  const tails = (['stdout', 'stderr'] as const).map((name) => new OutputTail(name, streams[name], live));
  const tellNew = () => {
    for (const tail of tails) tail.tellNew();
  };
  const timer = setInterval(tellNew, intervalMs);
  return () => {
    clearInterval(timer);
    tellNew();
  };
}

class OutputTail {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #position = 0;
  #charsLeft: number;

  constructor(
    private readonly name: OutputStreamName,
    private readonly buffer: OutputBuffer,
    private readonly live: LiveOutput,
  ) {
    this.#charsLeft = live.maxChars;
  }

  tellNew(): void {
    const bytes = this.buffer.keptSince(this.#position);
    this.#position += bytes.length;
    const decoded = this.#decoder.decode(bytes, { stream: true });
    const text = truncate(decoded, this.#charsLeft);
    this.#charsLeft = text === decoded ? this.#charsLeft - text.length : 0;
    if (text !== '') this.live.onOutput(this.name, text);
  }
}
