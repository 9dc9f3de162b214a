import { readPath, type ValuePath } from '../filters/value-path.policy.js';
import { problemWithFormatter } from './formatters.policy.js';

/** `{{path | formatter "argument"}}` inside a text; `{{"{{"}}` stands for the text between the quotes. */
export interface Placeholder {
  path: ValuePath;
  formatters: { name: string; given: (string | number)[] }[];
}

const maxFormatters = 6;
const maxArgumentNumber = 100_000;
const quotedText = /^\s*"((?:[^"\\]|\\["\\n])*)"\s*$/;
const token = /\s*(?:"((?:[^"\\]|\\["\\n])*)"|(\d{1,9})(?![\w"])|([A-Za-z]\w{0,30})|(\|))/y;

/** @returns the text's literal parts and placeholders in turn, or what is wrong with it */
export function readTemplate(
  text: string,
  roots: readonly string[],
): { parts: (string | Placeholder)[] } | { problem: string } {
  const parts: (string | Placeholder)[] = [];
  let rest = text;
  for (let start = rest.indexOf('{{'); start !== -1; start = rest.indexOf('{{')) {
    const end = rest.indexOf('}}', start);
    if (end === -1) return { problem: 'has {{ without }}' };
    const placeholder = readPlaceholder(rest.slice(start + 2, end), roots);
    if (typeof placeholder === 'object' && 'problem' in placeholder)
      return { problem: `has {{${rest.slice(start + 2, end)}}}: ${placeholder.problem}` };
    if (start > 0) parts.push(rest.slice(0, start));
    parts.push(placeholder);
    rest = rest.slice(end + 2);
  }
  if (rest !== '' || parts.length === 0) parts.push(rest);
  return { parts };
}

function readPlaceholder(inner: string, roots: readonly string[]): Placeholder | string | { problem: string } {
  const quoted = quotedText.exec(inner)?.[1];
  if (quoted !== undefined) return unquote(quoted);
  const pipe = inner.indexOf('|');
  const path = readPath((pipe === -1 ? inner : inner.slice(0, pipe)).trim(), roots);
  if ('problem' in path) return { problem: `the path ${path.problem}` };
  const formatters: Placeholder['formatters'] = [];
  if (pipe === -1) return { path: path.path, formatters };
  const problem = readFormatters(inner.slice(pipe).trimEnd(), formatters);
  return problem === undefined ? { path: path.path, formatters } : { problem };
}

/** Reads `| name argument | name …`. */
function readFormatters(text: string, formatters: Placeholder['formatters']): string | undefined {
  token.lastIndex = 0;
  let isNameNext = false;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (found === null) return 'formatters are written as | name "text" or | name 12';
    const [, quoted, digits, name, pipe] = found;
    const current = formatters.at(-1);
    if (pipe !== undefined) {
      if (isNameNext) return 'a formatter is missing';
      isNameNext = true;
    } else if (isNameNext) {
      if (name === undefined) return 'a formatter is missing';
      formatters.push({ name, given: [] });
      isNameNext = false;
    } else if (current !== undefined && name === undefined) {
      current.given.push(quoted === undefined ? Number(digits) : unquote(quoted));
    } else {
      return 'there must be a | before each formatter';
    }
  }
  if (isNameNext) return 'a formatter is missing';
  if (formatters.length > maxFormatters) return `there must be at most ${maxFormatters} formatters`;
  if (formatters.some(({ given }) => given.some((value) => typeof value === 'number' && value > maxArgumentNumber))) {
    return `a number must be at most ${maxArgumentNumber}`;
  }
  return formatters
    .map(({ name, given }) => problemWithFormatter(name, given))
    .find((problem) => problem !== undefined);
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}
