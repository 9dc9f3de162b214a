import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import type { OutgoingItem } from '../connector.js';
import { valueAt } from '../../filters/value-path.policy.js';
import type { FileExportConfig } from './file-config.js';

/** The file that a batch becomes; the same batch is the same bytes each time. */
export function exportBody(items: readonly OutgoingItem[], config: FileExportConfig): Buffer {
  const body = Buffer.from(textOf(items, config));
  return config.compression === 'gzip' ? gzipSync(body) : body;
}

function textOf(items: readonly OutgoingItem[], config: FileExportConfig): string {
  switch (config.format) {
    case 'csv':
      return csvOf(items, config);
    case 'ndjson':
      return items.map((item) => `${JSON.stringify(documentOf(item))}\n`).join('');
    case 'json':
      return `[\n${items.map((item) => JSON.stringify(documentOf(item))).join(',\n')}\n]\n`;
  }
}

/** A record as it is; one that is deleted says so. */
function documentOf({ data, isDeleted }: OutgoingItem): Record<string, unknown> {
  return isDeleted ? { ...data, isDeleted: true } : data;
}

/** Records that are deleted are only there when a column says that they are: without it they would look alive. */
function csvOf(items: readonly OutgoingItem[], { columns = [], delimiter }: FileExportConfig): string {
  const saysDeleted = columns.some(({ path }) => path === '$isDeleted');
  const rows = items
    .filter(({ isDeleted }) => saysDeleted || !isDeleted)
    .map((item) => columns.map(({ path }) => cellOf(item, path)));
  // Spreadsheets run cells that begin with =, + and the like; a quote in front makes them text.
  return stringify([columns.map(({ header }) => header), ...rows], { delimiter, escape_formulas: true });
}

function cellOf(item: OutgoingItem, path: string): string {
  if (path === '$key') return item.key;
  if (path === '$isDeleted') return String(item.isDeleted);
  const value = valueAt(item.data, path.split('.'));
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
