import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Client, SFTPWrapper } from 'ssh2';
import { SyncFailure } from '../../sync-failure.js';
import type { SftpConfig } from '../file-config.js';
import { privateKeyProblem } from '../private-key.policy.js';

/** For one answer, and for being let in. */
const defaultAnswerMs = 60_000;
const readyTimeoutMs = 20_000;

export interface SftpLogin {
  username: string;
  /** Of the account, or of the private key when there is one. */
  password: string | undefined;
  privateKey: string | undefined;
}

export interface SftpOptions {
  /** Opens a connection to the configured host that the guard has judged. */
  openSocket: () => Promise<Socket>;
  /** Ends the connection when it is aborted. */
  signal: AbortSignal;
  answerMs?: number;
}

type Done<T> = (error: Error | null | undefined, answer?: T) => void;

/** A login at an SFTP server. Nothing that is asked there waits for longer than the time for an answer, or than the connection lasts. */
export class SftpConnection {
  private constructor(
    private readonly client: Client,
    private readonly sftp: SFTPWrapper,
    private readonly socket: Socket,
    private readonly answerMs: number,
  ) {}

  /** @throws SyncFailure, and what ssh2 throws */
  static async open(
    config: SftpConfig,
    { username, password, privateKey }: SftpLogin,
    { openSocket, signal, answerMs = defaultAnswerMs }: SftpOptions,
  ): Promise<SftpConnection> {
    const keyProblem = privateKey === undefined ? undefined : privateKeyProblem(privateKey);
    if (keyProblem !== undefined) throw new SyncFailure('configuration', `authConfig.privateKey ${keyProblem}`);
    const { default: ssh2 } = await import('ssh2');
    const socket = await openSocket();
    endWhenAborted(socket, signal);
    const client = new ssh2.Client();
    let presented = '';
    try {
      await answered<void>(socket, answerMs, (done) => {
        client.once('ready', () => done(null)).once('error', done);
        client.connect({
          sock: socket,
          username,
          ...(privateKey === undefined ? { password } : { privateKey, passphrase: password }),
          readyTimeout: readyTimeoutMs,
          keepaliveInterval: 15_000,
          hostVerifier: (key: Buffer) => {
            presented = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
            return config.hostKey === 'any' || config.hostKey.replace(/=+$/, '') === presented;
          },
        });
      });
      // What breaks while nothing is asked shows at the next question.
      client.on('error', () => undefined);
      const sftp = await answered<SFTPWrapper>(socket, answerMs, (done) => client.sftp(done));
      sftp.on('error', () => undefined);
      return new SftpConnection(client, sftp, socket, answerMs);
    } catch (error) {
      socket.destroy();
      const isOther = presented !== '' && config.hostKey !== 'any' && config.hostKey.replace(/=+$/, '') !== presented;
      if (!isOther) throw error;
      const message = `The server has another key than config.hostKey says, namely ${presented}; ask its operator which one is right`;
      throw new SyncFailure('configuration', message);
    }
  }

  ask<T>(question: (sftp: SFTPWrapper, done: Done<T>) => void): Promise<T> {
    return answered(this.socket, this.answerMs, (done) => question(this.sftp, done));
  }

  close(): void {
    this.client.end();
    this.client.destroy();
    this.socket.destroy();
  }
}

function endWhenAborted(socket: Socket, signal: AbortSignal): void {
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', stop));
  if (signal.aborted) stop();
}

/** @throws SyncFailure when the answer does not come in time, and whatever is answered */
async function answered<T>(socket: Socket, timeoutMs: number, question: (done: Done<T>) => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let broken: (() => void) | undefined;
  try {
    return await new Promise<T>((settle, reject) => {
      timer = setTimeout(() => {
        reject(new SyncFailure('source', `The SFTP server did not answer within ${timeoutMs} ms`));
        socket.destroy();
      }, timeoutMs);
      broken = (): void => reject(new Error('Connection closed'));
      socket.once('close', broken);
      if (socket.destroyed) broken();
      else question((error, answer) => (error ? reject(error) : settle(answer as T)));
    });
  } finally {
    clearTimeout(timer);
    if (broken !== undefined) socket.off('close', broken);
  }
}
