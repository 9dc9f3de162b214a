import type { FileExportConfig } from './file-config.js';
import { choicesOf, fitsPattern } from './name-pattern.policy.js';

/** Whether what a server calls a file may be one: a name and no way to somewhere else, nor a file that is still being written. */
export function isPlainName(name: string): boolean {
  return name !== '' && name.length <= 255 && !name.startsWith('.') && !/[/\\\0\p{Cc}]/u.test(name);
}

/**
 * Judges names by a pattern such as `grades-*.{csv,txt}`: `*` is any text, `?` one character, and braces hold choices. No regular
 * expression is made of it: with five stars those of the usual libraries take minutes for one long name.
 */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const choices = choicesOf(pattern).map((choice) => Array.from(choice));
  return (name) => isPlainName(name) && choices.some((choice) => fitsPattern(choice, Array.from(name)));
}

const extensions: Record<FileExportConfig['format'], string> = { csv: 'csv', ndjson: 'ndjson', json: 'json' };

/** What the file of a batch is called, each time that it is written. */
export function exportName({ name, format, compression }: FileExportConfig, batchId: string): string {
  const template = name ?? `lyceum-{batchId}.${extensions[format]}${compression === 'gzip' ? '.gz' : ''}`;
  return template.replace('{batchId}', () => batchId);
}

/** The name under which a file is archived: of another file with the same name it is another one. */
export function archiveName(name: string, identity: string): string {
  const dot = name.indexOf('.', 1);
  const [stem, extension] = dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
  return `${stem}.${identity}${extension}`;
}

/** What a file is called while it is written: hidden, so that nobody takes it for one. */
export function unfinishedName(name: string): string {
  return `.${name}.part`;
}
