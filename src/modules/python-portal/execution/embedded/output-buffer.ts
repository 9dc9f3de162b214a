/** Numbers before the text. */
const slot = { kept: 0, printed: 1, isCut: 2 };
const slots = 3;

/**
 * The beginning of what one stream printed, in memory that two threads share, so that it survives the interpreter that printed
 * it. One thread appends; another reads while it runs or after it was ended.
 */
export class OutputBuffer {
  readonly #header: Int32Array;
  readonly #text: Uint8Array;

  constructor(readonly shared: SharedArrayBuffer) {
    this.#header = new Int32Array(shared, 0, slots);
    this.#text = new Uint8Array(shared, slots * 4);
  }

  static withCapacity(bytes: number): OutputBuffer {
    return new OutputBuffer(new SharedArrayBuffer(slots * 4 + bytes));
  }

  /** Keeps what fits and counts the rest. */
  append(bytes: Uint8Array): void {
    const kept = Atomics.load(this.#header, slot.kept);
    const fitting = bytes.subarray(0, this.#text.length - kept);
    this.#text.set(fitting, kept);
    Atomics.store(this.#header, slot.kept, kept + fitting.length);
    Atomics.store(this.#header, slot.printed, Math.min(this.printedBytes + bytes.length, 0x7fff_ffff));
    if (fitting.length < bytes.length) Atomics.store(this.#header, slot.isCut, 1);
  }

  /** Bytes printed since the start, kept or not. */
  get printedBytes(): number {
    return Atomics.load(this.#header, slot.printed);
  }

  /** Whether something was dropped since the start. */
  get isCut(): boolean {
    return Atomics.load(this.#header, slot.isCut) === 1;
  }

  /** What is kept; bytes that are not UTF-8 become U+FFFD, and a character that the end cuts in two is left out. */
  text(): string {
    const bytes = this.#text.slice(0, Atomics.load(this.#header, slot.kept));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: this.isCut });
  }

  /** The bytes that are kept from this position on; they may end within a character. */
  keptSince(position: number): Uint8Array {
    return this.#text.slice(position, Atomics.load(this.#header, slot.kept));
  }

  /** Returns what is kept and forgets it, so that the next of it has room. */
  take(): string {
    const text = this.text();
    Atomics.store(this.#header, slot.kept, 0);
    return text;
  }
}

/** The first `maxChars` UTF-16 units of a text, without half a character at the end. */
export function truncate(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? maxChars - 1 : maxChars);
}
