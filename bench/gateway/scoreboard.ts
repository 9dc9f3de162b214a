/** Prints what was measured, and remembers whether a target was missed. */
export class Scoreboard {
  #missed = 0;

  get isMissed(): boolean {
    return this.#missed > 0;
  }

  note(text: string): void {
    console.log(`         ${text}`);
  }

  show(what: string, value: number, bound: 'at most' | 'at least', target: number, digits = 2): void {
    const isMet = bound === 'at most' ? value <= target : value >= target;
    if (!isMet) this.#missed += 1;
    console.log(`${value.toFixed(digits).padStart(8)} ${what} (${bound} ${target})${isMet ? '' : '  MISSED'}`);
  }
}
