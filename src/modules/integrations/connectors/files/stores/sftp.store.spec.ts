import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import { fileConfig, type SftpConfig } from '../file-config.js';
import { SftpStore } from './sftp.store.js';

const hostKey = ssh2.utils.generateKeyPairSync('ed25519').private;
const attributes = { mode: 0o100644, uid: 0, gid: 0, size: 1, atime: 0, mtime: 0 };
const handle = Buffer.from('handle');

/** An SFTP server that lets everybody in and then does as it is told. */
class OddServer {
  private readonly server: ssh2.Server;
  readonly closedHandles: string[] = [];
  readonly isAsked: Promise<void>;
  readonly isClosed: Promise<void>;

  /** @param behave undefined for one that never answers, not even that it speaks SFTP */
  constructor(private readonly behave: ((sftp: SFTPWrapper) => void) | undefined) {
    let [asked, closed] = [(): void => undefined, (): void => undefined];
    this.isAsked = new Promise((settle) => (asked = settle));
    this.isClosed = new Promise((settle) => (closed = settle));
    this.server = new ssh2.Server({ hostKeys: [hostKey] }, (client: Connection) => {
      client.on('error', () => undefined).on('close', closed);
      client.on('authentication', (login) => login.accept());
      client.on('session', (accept) => {
        asked();
        if (this.behave === undefined) return;
        accept().on('sftp', (acceptSftp) => {
          const sftp = acceptSftp();
          sftp.on('OPENDIR', (id) => sftp.handle(id, handle)).on('OPEN', (id) => sftp.handle(id, handle));
          sftp.on('CLOSE', (id, given) => {
            this.closedHandles.push(given.toString());
            sftp.status(id, ssh2.utils.sftp.STATUS_CODE.OK);
          });
          this.behave?.(sftp);
        });
      });
    });
  }

  async open(signal: AbortSignal, answerMs: number): Promise<SftpStore> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    const openSocket = async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket.on('error', () => undefined);
    };
    const config = fileConfig.parse({
      provider: 'sftp',
      host: '127.0.0.1',
      hostKey: 'any',
      path: '/in',
      direction: 'import',
      format: 'csv',
    }) as SftpConfig;
    const login = { username: 'u', password: 'p', privateKey: undefined };
    return SftpStore.open(config, login, { openSocket, signal, answerMs });
  }

  async stop(): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }
}

async function listAll(store: SftpStore): Promise<number> {
  let count = 0;
  for await (const _ of store.list()) count += 1;
  return count;
}

describe('SftpStore', () => {
  const patientMs = 60_000;
  const never = new AbortController().signal;
  let server: OddServer;
  afterEach(() => server.stop());

  it('gives a server up that lets it in and never says that it speaks SFTP', async () => {
    server = new OddServer(undefined);
    await expect(server.open(never, 1000)).rejects.toMatchObject({ kind: 'source' });
    await server.isClosed;
  });

  it('gives a server up that does not answer', async () => {
    server = new OddServer((sftp) => sftp.on('READDIR', () => undefined));
    const store = await server.open(never, 1000);
    await expect(listAll(store)).rejects.toMatchObject({ kind: 'source' });
    await server.isClosed;
  });

  it('ends the connection when it is cancelled, whatever it waits for', async () => {
    const login = new AbortController();
    server = new OddServer(undefined);
    const opened = server.open(login.signal, patientMs);
    const refused = expect(opened).rejects.toThrow();
    await server.isAsked;
    login.abort();
    await refused;
    await server.isClosed;
    await server.stop();

    const reading = new AbortController();
    server = new OddServer((sftp) => sftp.on('READ', () => reading.abort()));
    const store = await server.open(reading.signal, patientMs);
    const stream = await store.read({ name: 'a', size: 1, version: '1' });
    await expect(once(stream, 'data')).rejects.toThrow();
    await server.isClosed;
  });

  it('does not list for ever, and gives the folder back', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => ({
      filename: `f${index}`,
      longname: '',
      attrs: attributes,
    }));
    server = new OddServer((sftp) => sftp.on('READDIR', (id) => sftp.name(id, names)));
    const store = await server.open(never, patientMs);
    await expect(listAll(store)).rejects.toMatchObject({
      kind: 'source',
      message: expect.stringContaining('/in of 127.0.0.1: it has more than 100000 entries'),
    });
    expect(server.closedHandles).toEqual(['handle']);
    await store.close();
  });
});
