/** Prints a walk-through step by step; the first step that does not hold ends it. */
export class Story {
  private readonly startedAtMs = performance.now();
  private steps = 0;

  /** Tells what is about to happen, does it, and prints the facts that came back. */
  async step<T>(title: string, act: (show: (fact: string) => void) => Promise<T>): Promise<T> {
    this.steps += 1;
    process.stdout.write(`\n${String(this.steps).padStart(2)}. ${title}\n`);
    return act((fact) => process.stdout.write(`      ${fact.replaceAll('\n', '\n      ')}\n`));
  }

  /** @returns seconds since the beginning */
  seconds(): number {
    return (performance.now() - this.startedAtMs) / 1000;
  }
}

/** @throws Error that shows the value when it is not what the story needs */
export function must(isTrue: boolean, expectation: string, actual: unknown): asserts isTrue {
  if (!isTrue) throw new Error(`Expected ${expectation}, got: ${JSON.stringify(actual, null, 2)}`);
}
