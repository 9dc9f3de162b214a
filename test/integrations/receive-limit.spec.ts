import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { ReceiveLimit } from '../../src/modules/integrations/connectors/database/receive-limit.js';
import { selfSignedCertificate } from '../support/training-portal/self-signed-certificate.js';

const chunk = Buffer.alloc(65_536);

function sendForEver(peer: Socket): void {
  const more = (): void => {
    while (!peer.destroyed && peer.write(chunk));
  };
  peer.on('error', () => undefined).on('drain', more);
  more();
}

describe('ReceiveLimit', () => {
  it.each([
    ['in the clear', () => createServer(sendForEver), (socket: Socket) => socket],
    [
      'over TLS',
      () => createTlsServer(selfSignedCertificate, sendForEver),
      (socket: Socket) => connectTls({ socket, rejectUnauthorized: false }),
    ],
  ])('ends a connection on which too much comes in %s', async (_, createPeer, clientOf) => {
    const server = createPeer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    const limit = new ReceiveLimit(socket, 1_000_000);
    const client = clientOf(socket).on('error', () => undefined);
    client.resume();
    const answer = limit.within(async () => {
      await new Promise((settle) => client.once('close', settle));
      throw new Error('what the driver says');
    });
    await expect(answer).rejects.toMatchObject({
      kind: 'source',
      message: 'A page is larger than 1000000 bytes; use a smaller config.batchSize',
    });
    server.close();
  });
});
