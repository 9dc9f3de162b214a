import { Readable } from 'node:stream';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { OutboundConnections } from '../../../../../platform/http-client/outbound-connections.js';
import { SyncFailure } from '../../sync-failure.js';
import type { S3Config } from '../file-config.js';
import { isPlainName } from '../file-names.policy.js';
import { maxListed, tooManyListed, type FileStore, type StoredFile } from './file-store.js';

/** Lists of a thousand objects with the longest of names are some megabytes. */
const maxAnswerBytes = 16_777_216;

type Sdk = typeof import('@aws-sdk/client-s3');

export interface S3Login {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
}

/** A folder of a bucket: the objects whose keys begin with the path, without those below it. */
export class S3Store implements FileStore {
  readonly place: string;
  readonly #prefix: string;

  private constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly config: S3Config,
    private readonly signal: AbortSignal,
  ) {
    const parts = config.path.split('/').filter((part) => part !== '' && part !== '.');
    this.#prefix = parts.map((part) => `${part}/`).join('');
    this.place = `s3://${config.bucket}/${this.#prefix}`;
  }

  /** @param login undefined for a bucket that everybody may read */
  static async open(
    config: S3Config,
    login: S3Login | undefined,
    connections: OutboundConnections,
    signal: AbortSignal,
    silenceMs = 60_000,
  ): Promise<S3Store> {
    // Large, and not needed by most processes.
    const sdk = await import('@aws-sdk/client-s3');
    const { http, https } = connections.agents;
    const client = new sdk.S3Client({
      region: config.region,
      // Always said: the client would else ask the environment and the files of whoever runs this process.
      endpoint: config.endpoint ?? amazonEndpoint(config.region),
      forcePathStyle: config.forcePathStyle,
      ...authentication(login),
      // Of silence, also inside a body: the time limit for a whole request would only be logged.
      requestHandler: { httpAgent: http, httpsAgent: https, connectionTimeout: 15_000, socketTimeout: silenceMs },
      maxAttempts: 3,
      // What Amazon checks beyond that, others do not know.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      followRegionRedirects: false,
    });
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const output = await next(args);
        await boundAnswer(output.response as Answer, String(context['commandName']));
        return output;
      },
      // Between the connection and everything that reads answers.
      { step: 'deserialize', priority: 'low', name: 'boundAnswer' },
    );
    return new S3Store(sdk, client, config, signal);
  }

  async *list(): AsyncIterable<StoredFile> {
    const { bucket } = this.config;
    let token: string | undefined;
    let listed = 0;
    do {
      const command = new this.sdk.ListObjectsV2Command({
        Bucket: bucket,
        Prefix: this.#prefix,
        Delimiter: '/',
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.client.send(command, { abortSignal: this.signal });
      // An answer without any could be followed by others for ever.
      listed += Math.max(1, page.Contents?.length ?? 0);
      if (listed > maxListed) throw tooManyListed(this.place);
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        const name = Key.slice(this.#prefix.length);
        if (isPlainName(name)) yield { name, size: Size, version: ETag };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async stat(name: string): Promise<StoredFile | undefined> {
    try {
      const command = new this.sdk.HeadObjectCommand({ Bucket: this.config.bucket, Key: this.#prefix + name });
      const { ContentLength = 0, ETag = '' } = await this.client.send(command, { abortSignal: this.signal });
      return { name, size: ContentLength, version: ETag };
    } catch (error) {
      if (error instanceof this.sdk.S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
      throw error;
    }
  }

  async read({ name, version }: StoredFile): Promise<Readable> {
    const command = new this.sdk.GetObjectCommand({
      Bucket: this.config.bucket,
      Key: this.#prefix + name,
      IfMatch: version,
    });
    const { Body } = await this.client.send(command, { abortSignal: this.signal });
    return Body as Readable;
  }

  async write(name: string, body: Buffer): Promise<void> {
    const command = new this.sdk.PutObjectCommand({ Bucket: this.config.bucket, Key: this.#prefix + name, Body: body });
    await this.client.send(command, { abortSignal: this.signal });
  }

  async move(name: string, folder: string, newName: string): Promise<void> {
    const { bucket } = this.config;
    const copy = new this.sdk.CopyObjectCommand({
      Bucket: bucket,
      Key: `${this.#prefix}${folder.replace(/\/+$/, '')}/${newName}`,
      CopySource: `${bucket}/${encodeURIComponent(this.#prefix + name).replaceAll('%2F', '/')}`,
    });
    await this.client.send(copy, { abortSignal: this.signal });
    await this.remove(name);
  }

  async remove(name: string): Promise<void> {
    const command = new this.sdk.DeleteObjectCommand({ Bucket: this.config.bucket, Key: this.#prefix + name });
    await this.client.send(command, { abortSignal: this.signal });
  }

  /** The agents are shared and stay; the client holds nothing else. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Answer {
  statusCode: number;
  body: unknown;
}

/**
 * Reads an answer before the client does, which would keep all of it in memory however long it is. The content of a file is read by
 * whoever asked for it, as far as they want.
 *
 * @throws SyncFailure when it is larger than any answer is
 */
async function boundAnswer(answer: Answer, command: string): Promise<void> {
  const isContent = command === 'GetObjectCommand' && answer.statusCode < 300;
  if (!isContent && answer.body instanceof Readable) answer.body = Readable.from([await readAnswer(answer.body)]);
}

async function readAnswer(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) {
      throw new SyncFailure('source', `The storage answered with more than ${maxAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function amazonEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function authentication(login: S3Login | undefined): Partial<S3ClientConfig> {
  if (login === undefined) {
    const credentials = { accessKeyId: '', secretAccessKey: '' };
    return { credentials, signer: { sign: (request) => Promise.resolve(request) } };
  }
  const { accessKeyId, secretAccessKey, sessionToken } = login;
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) } };
}
