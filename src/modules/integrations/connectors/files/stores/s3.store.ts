import type { Readable } from 'node:stream';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { OutboundConnections } from '../../../../../platform/http-client/outbound-connections.js';
import type { S3Config } from '../file-config.js';
import { isPlainName } from '../file-names.policy.js';
import type { FileStore, StoredFile } from './file-store.js';

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
      requestHandler: { httpAgent: http, httpsAgent: https, connectionTimeout: 15_000, requestTimeout: 60_000 },
      maxAttempts: 3,
      // What Amazon checks beyond that, others do not know.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      followRegionRedirects: false,
    });
    return new S3Store(sdk, client, config, signal);
  }

  async *list(): AsyncIterable<StoredFile> {
    const { bucket } = this.config;
    let token: string | undefined;
    do {
      const command = new this.sdk.ListObjectsV2Command({
        Bucket: bucket,
        Prefix: this.#prefix,
        Delimiter: '/',
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.client.send(command, { abortSignal: this.signal });
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
