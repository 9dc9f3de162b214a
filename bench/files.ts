// How much memory the import of a large file takes beyond what the process has anyway, and how fast it is.
// `npm run bench:files -- 1000` for a megabyte count other than 200.
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileConfig, type FileImportConfig } from '../src/modules/integrations/connectors/files/file-config.js';
import { FileImport } from '../src/modules/integrations/connectors/files/file-import.js';
import { LocalStore } from '../src/modules/integrations/connectors/files/stores/local.store.js';

const megabytes = Number(process.argv[2] ?? 200);
const root = mkdtempSync(path.join(tmpdir(), 'lyceum-bench-files-'));
const rssMb = (): number => process.memoryUsage.rss() / 1e6;

const forms = {
  csv: {
    head: 'id,name,module,grade,note\n',
    row: (id: number) => `${id},Student ${id},module-${id % 40},${id % 100},"a note, quoted"\n`,
  },
  ndjson: {
    head: '',
    row: (id: number) =>
      `{"id":${id},"name":"Student ${id}","module":"module-${id % 40}","grade":${id % 100},"note":"a note"}\n`,
  },
  json: {
    head: '[',
    row: (id: number) =>
      `${id === 0 ? '' : ','}{"id":${id},"name":"Student ${id}","module":"module-${id % 40}","grade":${id % 100}}\n`,
  },
};

async function generate(format: keyof typeof forms): Promise<number> {
  const file = path.join(root, `records.${format}`);
  const stream = createWriteStream(file);
  const { head, row } = forms[format];
  stream.write(head);
  let bytes = 0;
  for (let id = 0; bytes < megabytes * 1e6;) {
    let chunk = '';
    for (let count = 0; count < 5000; count += 1, id += 1) chunk += row(id);
    bytes += chunk.length;
    if (!stream.write(chunk)) await once(stream, 'drain');
  }
  stream.end(format === 'json' ? ']' : '');
  await finished(stream);
  return statSync(file).size;
}

async function measure(format: keyof typeof forms): Promise<void> {
  const size = await generate(format);
  const config = fileConfig.parse({
    provider: 'local',
    path: '.',
    direction: 'import',
    format,
    pattern: `*.${format}`,
    keyFields: ['id'],
  }) as FileImportConfig;
  const store = await LocalStore.open(root, '.', false);
  const baseMb = rssMb();
  let peakMb = baseMb;
  const startedAtMs = performance.now();
  let records = 0;
  const context = { checkpoint: null, isResumed: false, signal: new AbortController().signal };
  for await (const page of new FileImport(store, config, context).pages()) {
    records += page.records.length;
    peakMb = Math.max(peakMb, rssMb());
    // What the engine does with a page takes a while too.
    await sleep(0);
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  console.log(
    `${format}: ${(size / 1e6).toFixed(0)} MB, ${records} records, ${seconds.toFixed(1)} s ` +
      `(${(size / 1e6 / seconds).toFixed(0)} MB/s, ${(records / seconds).toFixed(0)} records/s), ` +
      `memory ${baseMb.toFixed(0)} MB before, ${peakMb.toFixed(0)} MB at most: ${(peakMb - baseMb).toFixed(0)} MB more`,
  );
  rmSync(path.join(root, `records.${format}`));
}

try {
  for (const format of (process.argv[3]?.split(',') ?? Object.keys(forms)) as (keyof typeof forms)[])
    await measure(format);
} finally {
  rmSync(root, { recursive: true, force: true });
}
