import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

const program = '/usr/sbin/sshd';
/** Where the daemon, when it is root, wants to be able to lock its unprivileged part in. */
const emptyFolder = '/run/sshd';

/** Whether this machine has an OpenSSH server to run; what needs one is skipped otherwise. */
export const hasSftpServer = existsSync(program) && spawnSync('ssh-keygen', ['-?']).error === undefined;

/** A real OpenSSH server of the test's own that serves files to the account that runs the tests. */
export class SftpServer {
  readonly username = userInfo().username;

  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    readonly port: number,
  ) {}

  static async start(): Promise<SftpServer> {
    if (userInfo().uid === 0) mkdirSync(emptyFolder, { recursive: true, mode: 0o755 });
    const directory = mkdtempSync(path.join(tmpdir(), 'lyceum-sftp-'));
    const at = (name: string): string => path.join(directory, name);
    const makeKey = (name: string, passphrase = ''): void => {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', at(name)]);
    };
    makeKey('host');
    makeKey('account', 'a passphrase');
    const port = await freePort();
    const settings = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `PidFile ${at('pid')}`,
      `AuthorizedKeysFile ${at('account.pub')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'Subsystem sftp internal-sftp',
    ];
    writeFileSync(at('config'), `${settings.join('\n')}\n`);
    const child = spawn(program, ['-D', '-e', '-f', at('config')], { stdio: 'ignore' });
    const server = new SftpServer(child, directory, port);
    await waitFor(() => answers(port), { what: 'sshd', timeoutMs: 60_000 });
    return server;
  }

  /** With `passphrase`. */
  get privateKey(): string {
    return readFileSync(path.join(this.directory, 'account'), 'utf8');
  }

  readonly passphrase = 'a passphrase';

  /** As people pin it. */
  get fingerprint(): string {
    const shown = spawnSync('ssh-keygen', ['-l', '-f', path.join(this.directory, 'host.pub')], { encoding: 'utf8' });
    return shown.stdout.split(' ')[1] ?? '';
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL');
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } finally {
    socket.destroy();
  }
}
