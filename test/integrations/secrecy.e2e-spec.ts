import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { createTestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const adminSecret = 'an admin secret of more than 32 characters';

/** The built program, because what it writes to its output is what its operator keeps. */
describe('the log of the process, at its most talkative', () => {
  let process: AppProcess | undefined;
  let receiver: WebhookReceiver;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let dataDirectory: string;
  beforeAll(async () => {
    dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-secrecy-'));
    [database, receiver] = await Promise.all([createTestDatabase(), WebhookReceiver.start()]);
    process = await startAppProcess({
      environment: {
        NODE_ENV: 'test',
        DATABASE_URL: database.url,
        DATA_DIR: dataDirectory,
        ADMIN_SECRET: adminSecret,
        LOG_LEVEL: 'trace',
        OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
      },
    });
  });
  afterAll(async () => {
    await process?.stop();
    await receiver.stop();
    await database.drop();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async function call(method: string, target: string, body?: object): Promise<any> {
    const response = await fetch(`${process?.url}/api/integrations${target}`, {
      method,
      headers: { 'x-admin-secret': adminSecret, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response.json();
  }

  it('holds no credential, no signing secret and no incoming secret, whether things work or fail', async () => {
    const token = 'sk-credential-that-nobody-may-see';
    const secretKey = 'a legacy key that nobody may see';
    const { integrationId: id } = await call('POST', '', {
      name: 'Secretive',
      type: 'api',
      authType: 'api_key',
      authConfig: { key: token, in: 'query', parameter: 'key' },
      config: { endpoint: receiver.url('/target') },
    });
    await call('POST', '', {
      name: 'secretive',
      type: 'api',
      authType: 'bearer',
      authConfig: { token },
      config: { endpoint: 'http://10.0.0.1' },
    });
    await call('POST', `/${id}/activate`);
    await call('POST', `/${id}/send`, { data: {} });
    receiver.reactNext({ status: 500, body: token }, { resets: true });
    await call('POST', `/${id}/send`, { data: {} });
    await call('POST', `/${id}/send`, { data: {} });
    const hook = { eventType: 'note.uploaded', endpointUrl: receiver.url('/hook'), secretKey };
    const { secret } = await call('POST', `/${id}/webhooks`, hook);
    receiver.reactNext({ resets: true });
    await call('POST', '/webhooks/trigger', { eventType: 'note.uploaded', data: { noteId: 1, title: 'x' } });
    const { secret: incoming } = await call('POST', `/${id}/incoming-sources`, {});
    const encoded = `%${incoming.charCodeAt(0).toString(16)}${incoming.slice(1)}`;
    for (const form of [incoming, encoded, `${incoming}?again=${incoming}`]) {
      expect((await call('POST', `/webhook/receive/${form}`, {})).success).toBe(true);
    }
    const { url, secret: incomingKey } = await call('POST', `/${id}/incoming-sources`, { scheme: 'token' });
    const { pathname } = new URL(url);
    const address = pathname.slice(pathname.lastIndexOf('/') + 1);
    for (const [form, given, status] of [
      [address, incomingKey, 200],
      [`%77${address.slice(1)}?challenge=${address}`, incomingKey, 200],
      [address, `${incomingKey}x`, 401],
      [`${address}x`, incomingKey, 404],
    ] as const) {
      const headers = { 'x-webhook-token': given };
      const answer = await fetch(`${process?.url}/api/integrations/webhook/in/${form}`, { method: 'POST', headers });
      expect(answer.status).toBe(status);
    }
    // Not even where the method or the end of the address is wrong, or it cannot be read.
    for (const form of [pathname, `${pathname}/more`, pathname.replace('/in/', '/%69n/'), `${pathname}%`]) {
      expect((await fetch(`${process?.url}${form}`, { method: 'PUT' })).status).toBeGreaterThanOrEqual(400);
    }
    const metrics = await (await fetch(`${process?.url}/metrics`)).text();
    expect(metrics).toContain('/api/integrations/webhook/in/:token');
    for (const value of [address, incomingKey, incoming]) expect(metrics).not.toContain(value);
    await call('POST', `/${id}/deactivate`);
    expect((await call('POST', `/webhook/receive/${incoming}`, {})).status).toBe(401);

    await waitFor(() => (process?.output().match(/webhook\/(receive|in)/g) ?? []).length >= 12);
    const output = process?.output() ?? '';
    const secrets = {
      token,
      secretKey,
      secret,
      bareSecret: secret.slice(6),
      incoming,
      tail: incoming.slice(1),
      adminSecret,
      address,
      incomingKey,
    };
    for (const [name, value] of Object.entries<string>(secrets)) {
      expect([name, output.includes(value)]).toEqual([name, false]);
    }
  });
});
