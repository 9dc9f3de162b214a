import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { benchRecord } from './bench-record.js';

/**
 * A system that records are pulled from, as a process of its own: it has `GET /<records>/<page size>?offset=`, answers in the words of the
 * stand-in of the tests, and makes each page once.
 */
const pages = new Map<string, string>();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://source');
  const [, records = 0, pageSize = 1] = url.pathname.split('/').map(Number);
  const offset = Number(url.searchParams.get('offset'));
  const key = `${url.pathname} ${offset}`;
  const page = pages.get(key) ?? pageAt(records, pageSize, offset);
  pages.set(key, page);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(page);
});

function pageAt(records: number, pageSize: number, offset: number): string {
  const end = Math.min(records, offset + pageSize);
  const page = Array.from({ length: Math.max(0, end - offset) }, (_, index) => benchRecord(offset + index));
  return JSON.stringify({ records: page, next: end < records ? end : null, isFull: true });
}

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
