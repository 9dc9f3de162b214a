type Argument = string | number;

interface Formatter {
  /** The kinds of its arguments, in order; a `?` is one that may be left out. */
  takes: ('text' | 'number')[];
  apply: (value: unknown, ...given: Argument[]) => unknown;
}

/** Tells that a member is to be left out. */
export const omitted = Symbol('omitted');

const onText = (change: (text: string) => unknown) => (value: unknown) => change(textOf(value));
const onDate = (change: (iso: string) => string) => (value: unknown) => {
  const date = typeof value === 'string' || typeof value === 'number' ? new Date(value) : null;
  return date === null || Number.isNaN(date.getTime()) ? value : change(date.toISOString());
};

/** What placeholders can do to their value; none can fail, none can see anything but the value. */
const formatters = new Map<string, Formatter>([
  ['upper', { takes: [], apply: onText((text) => text.toUpperCase()) }],
  ['lower', { takes: [], apply: onText((text) => text.toLowerCase()) }],
  ['trim', { takes: [], apply: onText((text) => text.trim()) }],
  ['truncate', { takes: ['number'], apply: (value, limit) => truncate(textOf(value), Number(limit)) }],
  ['default', { takes: ['text'], apply: (value, text) => (isEmpty(value) ? text : value) }],
  ['optional', { takes: [], apply: (value) => (isEmpty(value) ? omitted : value) }],
  // What an operator `exists` of a filter would say no to; null and empty text stay.
  ['ifExists', { takes: [], apply: (value) => (value === undefined ? omitted : value) }],
  ['text', { takes: [], apply: onText((text) => text) }],
  ['number', { takes: [], apply: (value) => numberOf(value) }],
  ['json', { takes: [], apply: (value) => JSON.stringify(value ?? null) }],
  [
    'join',
    { takes: ['text'], apply: (value, text) => (Array.isArray(value) ? value.map(textOf).join(String(text)) : value) },
  ],
  ['lines', { takes: [], apply: (value) => linesOf(value) }],
  ['date', { takes: [], apply: onDate((iso) => iso.slice(0, 10)) }],
  ['time', { takes: [], apply: onDate((iso) => iso.slice(11, 16)) }],
  ['datetime', { takes: [], apply: onDate((iso) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`) }],
  ['url', { takes: [], apply: onText((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'))) }],
  // https://api.slack.com/reference/surfaces/formatting#escaping
  ['slack', { takes: [], apply: onText((text) => text.replace(/[&<>]/g, (sign) => slackEntities[sign] ?? sign)) }],
  ['markdown', { takes: [], apply: onText((text) => text.replace(/[\\`*_~|>#[\]()<@:-]/g, (sign) => `\\${sign}`)) }],
]);

const slackEntities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export const formatterNames = [...formatters.keys()];

/** What is wrong with the use of a formatter. */
export function problemWithFormatter(name: string, given: Argument[]): string | undefined {
  const formatter = formatters.get(name);
  if (formatter === undefined) return `"${name}" is no formatter; there are ${formatterNames.join(', ')}`;
  const kinds = given.map((argument) => (typeof argument === 'number' ? 'number' : 'text'));
  if (kinds.join() === formatter.takes.join()) return undefined;
  const wanted = formatter.takes.length === 0 ? 'no argument' : `one argument, ${formatter.takes[0]}`;
  return `"${name}" takes ${wanted}`;
}

/** @param name of a formatter that has no problem */
export function format(value: unknown, name: string, given: Argument[]): unknown {
  if (value === omitted) return value;
  return formatters.get(name)?.apply(value, ...given);
}

/** A value as it stands inside a text. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null || value === omitted) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function numberOf(value: unknown): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Cut by characters, not in the middle of one. */
function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

/** `name: value`, a line for each member. */
function linesOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return textOf(value);
  return Object.entries(value)
    .map(([name, member]) => `${name}: ${textOf(member)}`)
    .join('\n');
}
