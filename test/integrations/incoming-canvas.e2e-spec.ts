import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Upstream } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';
import { IntegrationsRobot } from './integrations-robot.js';
import { Sender } from './sender.js';

describe('Canvas Live Events', () => {
  const [first, second] = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ];
  const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' });
  const token = (event: object, privateKey: KeyObject, keyid: string) =>
    new JwtService().sign(event, {
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      algorithm: 'RS256',
      keyid,
    });
  const gradeChange = {
    metadata: { event_name: 'grade_change' },
    body: { student_id: '7', assignment_id: '3', grade: 'A' },
  };
  let app: TestApp;
  let robot: IntegrationsRobot;
  let sender: Sender;
  let keys: Upstream;
  let published: object[];
  let keyServerStatus = 200;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    sender = new Sender(app, robot);
    keys = await Upstream.start((_request, response) => {
      response
        .writeHead(keyServerStatus, { 'content-type': 'application/json' })
        .end(JSON.stringify({ keys: published }));
    });
  });
  beforeEach(() => {
    published = [jwk(first.publicKey, 'k1')];
    keyServerStatus = 200;
    keys.requests.length = 0;
  });
  afterAll(async () => {
    await app.stop();
    await keys.stop();
  });

  const addSource = (path: string) =>
    sender.addSource({
      scheme: 'canvas',
      settings: { jwksUrl: keys.url + path },
      mapping: [
        {
          when: { path: 'body.metadata.event_name', eq: 'grade_change' },
          event: 'grade.published',
          data: {
            studentId: '{{body.body.student_id}}',
            moduleId: '{{body.body.assignment_id}}',
            grade: '{{body.body.grade}}',
          },
        },
      ],
    });

  it('signed events are taken with keys that are read once, and their claims are what happened', async () => {
    const source = await addSource('/one');
    const body = token(gradeChange, first.privateKey, 'k1');
    const answers = await Promise.all(Array.from({ length: 5 }, () => sender.post(source, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(new Set(answers.map(({ json }) => json.requestId)).size).toBe(1);
    expect(keys.requests).toHaveLength(1);
    const { request } = await waitFor(async () => {
      const { json } = await robot.expect(200, 'GET', `/incoming/requests/${answers[0]?.json.requestId}`);
      return json.request.state === 'processed' && json;
    });
    expect(request).toMatchObject({ body, mappedEvents: [{ event: 'grade.published' }] });
  });

  it('forgeries are refused: another key, another algorithm, no token, a changed one', async () => {
    const source = await addSource('/two');
    const body = token(gradeChange, first.privateKey, 'k1');
    const [header, , signature] = body.split('.');
    const claims = Buffer.from(JSON.stringify({ ...gradeChange, forged: true })).toString('base64url');
    const none = Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url');
    for (const forged of [
      token(gradeChange, second.privateKey, 'k1'),
      `${header}.${claims}.${signature}`,
      `${none}.${claims}.`,
      `${none}.${claims}.AA`,
      JSON.stringify(gradeChange),
      '',
    ]) {
      expect((await sender.post(source, forged)).status).toBe(401);
    }
  });

  it('an unknown key leads to one look at the address, however many ask, and a new key is found', async () => {
    const source = await addSource('/three');
    published.push(jwk(second.publicKey, 'k2'));
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        sender.post(source, token({ index }, first.privateKey, `unknown-${index}`)),
      ),
    );
    expect(keys.requests.length).toBe(1);
    expect((await sender.post(source, token({ n: 2 }, second.privateKey, 'k2'))).status).toBe(200);
    expect(keys.requests.length).toBe(1);
  });

  it('while its keys cannot be read, it is asked to come again', async () => {
    keyServerStatus = 500;
    const source = await addSource('/four');
    const answer = await sender.post(source, token(gradeChange, first.privateKey, 'k1'));
    expect([answer.status, answer.json.code]).toEqual([503, 'incoming.keys-unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expectMatchesOpenApi(app, answer, 'POST', source.path);
  });

  it.each([
    'http://10.0.0.1/jwks',
    'http://169.254.169.254/latest',
    'http://[::1]/x',
    'ftp://example.org/x',
    'http://u:p@example.org/x',
    'nonsense',
  ])('an address of keys such as %s is refused', async (jwksUrl) => {
    const id = await robot.createActive();
    const answer = await robot.admin('POST', `/${id}/incoming-sources`, { scheme: 'canvas', settings: { jwksUrl } });
    expect([answer.status, answer.json.errors[0].field]).toEqual([422, 'settings.jwksUrl']);
  });
});
