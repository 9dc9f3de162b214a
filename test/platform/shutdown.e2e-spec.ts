import { connect, type Socket } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { HealthService } from '../../src/platform/health/health.service.js';
import { Unguarded } from '../../src/platform/http/unguarded.decorator.js';
import { startEdgeApp } from '../support/edge-app.js';
import { waitFor } from '../support/wait-for.js';

const gate = { arrived: 0, open: () => undefined as void };

@Unguarded()
@Controller('probe')
class SlowController {
  /** Answers when the test says so. */
  @Get('slow')
  async slow(): Promise<object> {
    gate.arrived += 1;
    await new Promise<void>((resolve) => (gate.open = resolve));
    return { isDone: true };
  }
}

/** A kept-alive connection: what came back so far, and whether the server has closed it. */
async function openConnection(url: string): Promise<{ socket: Socket; received: string; isClosed: boolean }> {
  const { hostname, port } = new URL(url);
  const connection = { socket: connect(Number(port), hostname), received: '', isClosed: false };
  connection.socket.on('data', (chunk) => (connection.received += chunk.toString()));
  connection.socket.on('error', () => undefined);
  connection.socket.on('close', () => (connection.isClosed = true));
  await new Promise((resolve) => connection.socket.once('connect', resolve));
  return connection;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n`;

describe('shutdown', () => {
  beforeEach(() => {
    gate.arrived = 0;
  });

  it('ends readiness, drops idle connections, and lets a request in flight finish', async () => {
    const app = await startEdgeApp([SlowController], { SHUTDOWN_TIMEOUT: '100000' });
    const idle = await openConnection(app.url);
    idle.socket.write(get('/health/ready'));
    await waitFor(() => idle.received.includes('{"status":"pass"}'));
    const busy = await openConnection(app.url);
    busy.socket.write(get('/probe/slow'));
    await waitFor(() => gate.arrived === 1);

    const stopped = app.stop();
    await waitFor(() => idle.isClosed);
    expect(busy.isClosed).toBe(false);
    gate.open();
    await stopped;
    expect(busy.received).toContain('{"isDone":true}');
    expect(busy.isClosed).toBe(true);
  });

  it('answers readiness with 503 while what must stop first is still stopping', async () => {
    const app = await startEdgeApp([SlowController], { SHUTDOWN_TIMEOUT: '100000' });
    let finish: () => void = () => undefined;
    const health = app.app.get(HealthService);
    // Jobs stop in this hook, while the server still answers.
    Object.assign(health, { beforeApplicationShutdown: () => new Promise<void>((resolve) => (finish = resolve)) });
    const stopped = app.stop();
    await waitFor(async () => (await fetch(`${app.url}/health/ready`)).status === 503);
    const response = await fetch(`${app.url}/health/ready`);
    expect(await response.json()).toEqual({ status: 'fail', note: 'The service is shutting down' });
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    finish();
    await stopped;
  });

  it('cuts what does not finish before the deadline', async () => {
    const app = await startEdgeApp([SlowController], { SHUTDOWN_TIMEOUT: '300' });
    const busy = await openConnection(app.url);
    busy.socket.write(get('/probe/slow'));
    await waitFor(() => gate.arrived === 1);
    await app.stop();
    expect(busy.isClosed).toBe(true);
    expect(busy.received).toBe('');
    gate.open();
  });
});
