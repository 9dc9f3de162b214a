import { connect } from 'node:net';

/** Writes bytes on a fresh connection and answers everything that comes back until the server closes it, or `quietMs` of silence. */
export function sendRaw(url: string, bytes: string | Buffer, quietMs = 2000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const finish = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('latin1'));
    };
    socket.setTimeout(quietMs, finish);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', finish);
    // A server may cut the connection while we still write; what it said before counts.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') finish();
      else reject(error);
    });
  });
}
