import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OutboundConnections } from '../../../../../platform/http-client/outbound-connections.js';
import { fileConfig, type S3Config } from '../file-config.js';
import { S3Store } from './s3.store.js';

const xml = '<?xml version="1.0" encoding="UTF-8"?>';
const noise = 'x'.repeat(65_536);

/** Goes on for as long as somebody reads. */
function answerForEver(response: ServerResponse, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  const more = (): void => {
    while (!response.destroyed && response.write(noise));
  };
  response.on('drain', more).write(`${xml}<ListBucketResult>`);
  more();
}

describe('S3Store', () => {
  const connections = new OutboundConnections({ allowHosts: ['127.0.0.1'], isHttpsOnly: false });
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });
  afterAll(() => connections.onApplicationShutdown());

  async function storeAt(listener: RequestListener, silenceMs?: number): Promise<S3Store> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const config = fileConfig.parse({
      provider: 's3',
      bucket: 'exports',
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      forcePathStyle: true,
      path: 'in',
      direction: 'import',
      format: 'csv',
    }) as S3Config;
    return S3Store.open(config, undefined, connections, new AbortController().signal, silenceMs);
  }

  async function listAll(store: S3Store): Promise<number> {
    let count = 0;
    for await (const _ of store.list()) count += 1;
    return count;
  }

  const file = { name: 'a', size: 1, version: '"1"' };

  it('does not read an endless answer', async () => {
    const closed: Promise<unknown>[] = [];
    const store = await storeAt((_, response) => {
      closed.push(once(response, 'close'));
      answerForEver(response);
    });
    await expect(listAll(store)).rejects.toMatchObject({
      kind: 'source',
      message: 'The storage answered with more than 16777216 bytes',
    });
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });

  it('does not read an endless refusal of a file, but a file as far as it is wanted', async () => {
    const refusing = await storeAt((_, response) => answerForEver(response, 404));
    await expect(refusing.read(file)).rejects.toMatchObject({ kind: 'source' });
    const store = await storeAt((_, response) => answerForEver(response));
    let size = 0;
    for await (const chunk of (await store.read(file)) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > 20_000_000) break;
    }
    expect(size).toBeGreaterThan(20_000_000);
  });

  it('does not list for ever', async () => {
    const store = await storeAt((_, response) => {
      const keys = Array.from({ length: 1000 }, (_each, index) => `<Contents><Key>in/.${index}</Key></Contents>`);
      const next = '<IsTruncated>true</IsTruncated><NextContinuationToken>more</NextContinuationToken>';
      response.setHeader('content-type', 'application/xml');
      response.end(`${xml}<ListBucketResult>${next}${keys.join('')}</ListBucketResult>`);
    });
    await expect(listAll(store)).rejects.toMatchObject({
      kind: 'source',
      message: expect.stringContaining('more than 100000 entries'),
    });
  });

  it('gives a server up that says nothing, before its answer or in a file', async () => {
    const silent = await storeAt(() => undefined, 200);
    await expect(listAll(silent)).rejects.toMatchObject({ name: 'TimeoutError' });
    const store = await storeAt((_, response) => void response.write('a'), 200);
    const reading = async (): Promise<void> => {
      for await (const _ of await store.read(file));
    };
    await expect(reading()).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
