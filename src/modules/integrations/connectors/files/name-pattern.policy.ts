/** The patterns without braces that a pattern stands for. */
export function choicesOf(pattern: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(pattern);
  if (braces === null) return [pattern];
  const [whole, inner = ''] = braces;
  const after = choicesOf(pattern.slice(braces.index + whole.length));
  return inner.split(',').flatMap((choice) => after.map((rest) => `${pattern.slice(0, braces.index)}${choice}${rest}`));
}

/** Only the last star ever has to be tried again: what comes before it has found the shortest text that it fits. */
export function fitsPattern(pattern: readonly string[], name: readonly string[]): boolean {
  let [at, from] = [0, 0];
  let star: { next: number; from: number } | undefined;
  while (from < name.length) {
    if (pattern[at] === '*') star = { next: (at += 1), from };
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[from])) {
      at += 1;
      from += 1;
    } else if (star === undefined) return false;
    else [at, from] = [star.next, (star.from += 1)];
  }
  return pattern.slice(at).every((rest) => rest === '*');
}
