/**
 * Whether a pattern matches a whole text. `*` stands for any characters, also none and also separators; everything else stands
 * for itself. Between two stars the first fit is as good as any later one, so nothing is ever tried twice.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return text === pattern;
  if (!text.startsWith(start) || !text.endsWith(end)) return false;
  const limit = text.length - end.length;
  let position = start.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return position <= limit;
}
