/** What is known of a person: as an event's subject, and as values that stand in what is stored. */
export interface PurgeTerms {
  subject: string | null;
  values: string[];
}

/**
 * A regular expression of Postgres that finds any of the values as JSON writes them, whatever their case, but not as a part of a longer
 * word, number or address: `7041` is not in `17041`, and `ann@example.edu` neither in `joann@example.edu` nor in `ann@example.edu.au`.
 */
export function patternOf(values: string[]): string {
  const alternatives = values.map((value) => escape(JSON.stringify(value).slice(1, -1)));
  return `(?<!\\w|\\w[.@+-])(?:${alternatives.join('|')})(?!\\w|[.@+-]\\w)`;
}

function escape(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}
