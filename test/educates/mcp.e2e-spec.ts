import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { follow, grant, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

interface ToolResult {
  isError?: boolean;
  content: { text: string }[];
  // eslint-disable-next-line typescript/no-explicit-any -- each tool has a shape of its own
  structuredContent: any;
}

describe('the tools of agents', () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  let agent: Client;
  const agents: Client[] = [];
  beforeAll(async () => {
    portal = await startTrainingPortal({
      name: 'campus',
      workshops: [
        { name: 'lab-git', alias: 'git-basics', title: 'Git', extra: { newMember: 'kept' } },
        { name: 'vim' },
      ],
    });
    app = await startEducatesApp([portal]);
    ({ token } = await signUp(app));
    agent = await connect(token);
  });
  afterAll(async () => {
    await Promise.all(agents.map((each) => each.close()));
    await app?.stop();
    await portal?.stop();
  });

  /** The official client, which also checks each answer against the schema that the tool declares. */
  async function connect(as: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    const headers = { authorization: `Bearer ${as}` };
    const url = new URL(`${app.url}/api/educates/mcp`);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    agents.push(client);
    await client.listTools();
    return client;
  }
  const use = async (name: string, given: Record<string, unknown> = {}, by = agent): Promise<ToolResult> =>
    (await by.callTool({ name, arguments: given })) as unknown as ToolResult;
  const request = (by = agent) =>
    use('request_educates_workshop_session', { portalName: 'campus', workshopEnvName: 'campus-w01' }, by);

  it("are the plugin's three and those for sessions, each with schemas and hints", async () => {
    const { tools } = await agent.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'get_educates_training_portals',
      'get_educates_workshops',
      'request_educates_workshop_session',
      'get_my_educates_workshop_sessions',
      'extend_educates_workshop_session',
      'terminate_educates_workshop_session',
    ]);
    for (const tool of tools) {
      expect(tool).toMatchObject({ inputSchema: { type: 'object' }, outputSchema: { type: 'object' } });
      expect(tool.annotations?.readOnlyHint).toBe(tool.name.startsWith('get_'));
    }
  });

  it('list portals and workshops, with what nobody knows yet', async () => {
    expect((await use('get_educates_training_portals')).structuredContent).toEqual({
      portals: [{ name: 'campus', url: portal.url, state: 'up', reason: null }],
    });
    const { structuredContent } = await use('get_educates_workshops', { portalName: 'campus' });
    expect(structuredContent.workshops).toMatchObject([
      { name: 'git-basics', title: 'Git', newMember: 'kept', environment: { name: 'campus-w01' } },
      { name: 'vim' },
    ]);
  });

  it('request a session, list it, and end it; the link leads in, and the credential never shows', async () => {
    const first = await request();
    const { session } = first.structuredContent;
    expect(session).toMatchObject({ workshop: 'git-basics', portal: 'campus', state: 'pending' });
    expect((await request()).structuredContent.session.id).toBe(session.id);
    expect(JSON.stringify(first)).not.toContain('/activate/');
    expect((await follow(app, session.launchUrl)).headers.get('location')).toContain(
      `${portal.url}/workshops/session/`,
    );

    const extended = await use('extend_educates_workshop_session', { sessionId: session.id });
    expect(extended.isError).toBe(true);
    expect(extended.content[0]?.text).toContain('educates.session-not-running');

    const mine = await use('get_my_educates_workshop_sessions');
    expect(mine.structuredContent.sessions).toMatchObject([{ id: session.id }]);
    const ended = await use('terminate_educates_workshop_session', { sessionId: session.id });
    expect(ended.structuredContent.session).toMatchObject({ id: session.id, state: 'stopping', launchUrl: null });
    expect((await use('terminate_educates_workshop_session', { sessionId: session.id })).isError).toBeUndefined();
  });

  it('say what is wrong in words that the model can act on', async () => {
    const failures = [
      await use('get_educates_workshops', { portalName: 'nowhere' }),
      await use('request_educates_workshop_session', { portalName: 'campus', workshopEnvName: 'campus-w99' }),
      await use('terminate_educates_workshop_session', { sessionId: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' }),
      await use('terminate_educates_workshop_session', { sessionId: 'x' }),
      await use('no_such_tool'),
    ];
    expect(failures.map(({ isError }) => isError)).toEqual(failures.map(() => true));
    const texts = failures.map(({ content }) => content[0]?.text);
    expect(texts[0]).toBe('Training portal not found (educates.portal-not-found)');
    expect(texts[1]).toContain('Workshop not found with environment name: campus-w99');
    expect(texts[2]).toContain('educates.session-not-found');
  });

  it('do what their user may, and reach nobody else’s session', async () => {
    const { session } = (await request()).structuredContent;
    const other = await connect((await signUp(app)).token);
    expect((await use('terminate_educates_workshop_session', { sessionId: session.id }, other)).isError).toBe(true);
    expect((await use('get_my_educates_workshop_sessions', {}, other)).structuredContent).toEqual({ sessions: [] });
    await grant(app, { subjectKind: 'group', subjectId: 'staff' }, 'educates.portal.view', 'portal:campus');
    expect((await use('get_educates_training_portals', {}, other)).structuredContent).toEqual({ portals: [] });
    expect((await use('get_educates_workshops', { portalName: 'campus' }, other)).content[0]?.text).toContain(
      'Access denied to this training portal',
    );
    expect((await request(other)).content[0]?.text).toContain('Access denied to start this workshop');
  });

  it('need a signed-in caller, one message at a time, and the protocol', async () => {
    const accept = { accept: 'application/json, text/event-stream' };
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const send = (options: object) => app.call('POST', '/mcp', { headers: accept, body: message, ...options });
    expect((await send({})).status).toBe(401);
    const listed = await send({ token });
    expect([listed.status, listed.json.id]).toEqual([200, 1]);
    expect(listed.headers.get('mcp-session-id')).toBeNull();
    expect((await send({ token, body: [message, message] })).json.code).toBe('educates.mcp-batch-refused');
    expect((await send({ token, body: { method: 'tools/list' } })).status).toBe(400);
    expect((await send({ token, headers: { accept: 'text/html' } })).status).toBe(400);
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
    const taken = await app.request('POST', '/api/educates/mcp', { token, headers: accept, body: notification });
    expect([taken.status, taken.text]).toEqual([202, '']);
    expect((await app.request('GET', '/api/educates/mcp', { token })).status).toBe(405);
    expect((await app.request('DELETE', '/api/educates/mcp', { token })).status).toBe(405);
    const byAdmin = {
      ...message,
      method: 'tools/call',
      params: { name: 'get_my_educates_workshop_sessions', arguments: {} },
    };
    const { json } = await send({ asAdmin: true, body: byAdmin });
    expect(json.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('access.account-required') }],
    });
  });
});
