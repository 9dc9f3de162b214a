import { Client } from 'pg';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp, type TestRequest, type TestResponse } from '../support/test-app.js';
import type { TrainingPortal } from '../support/training-portal/training-portal.js';

/** The application with these portals configured, reachable for their webhooks. */
export interface EducatesApp extends TestApp {
  /** Calls below `/api/educates`; each answer must be as the OpenAPI document has it. */
  call(method: string, path: string, options?: TestRequest): Promise<TestResponse>;
}

/** Nothing is checked in the background: tests that want a check ask for it. */
const quiet = { EDUCATES_RECONCILE_INTERVAL: '3600000' };

export async function startEducatesApp(
  portals: readonly TrainingPortal[],
  variables: Record<string, string> = {},
): Promise<EducatesApp> {
  const app = await startTestApp({ ...quiet, ...portalVariables(portals), ...variables });
  // The port is only known now.
  app.config.http.publicUrl = app.url;
  return {
    ...app,
    async call(method, path, options) {
      const target = `/api/educates${path}`;
      const response = await app.request(method, target, options);
      expectMatchesOpenApi(app, response, method, target);
      return response;
    },
  };
}

/** What an operator sets for these portals. */
export function portalVariables(portals: readonly TrainingPortal[]): Record<string, string> {
  const robots = portals.flatMap(({ name, credentials }) => {
    const prefix = `EDUCATES_${name.toUpperCase().replaceAll('-', '_')}_ROBOT_`;
    return [
      [`${prefix}USERNAME`, credentials.username],
      [`${prefix}PASSWORD`, credentials.password],
      [`${prefix}CLIENT_ID`, credentials.clientId],
      [`${prefix}CLIENT_SECRET`, credentials.clientSecret],
    ];
  });
  const addresses = portals.map(({ name, url }) => `${name}=${url}`).join(',');
  return { EDUCATES_PORTALS: addresses, ...(Object.fromEntries(robots) as Record<string, string>) };
}

let people = 0;

/** Somebody with an account, signed in. */
export async function signUp(app: TestApp): Promise<{ token: string; userId: string }> {
  people += 1;
  const response = await app.request('POST', '/api/v1/auth/register', {
    body: { email: `person${people}@example.org`, password: `a long password ${people}` },
  });
  if (response.status !== 201) throw new Error(`register answered ${response.status} ${response.text}`);
  const { accessToken, user } = response.json.data;
  return { token: accessToken, userId: user.id };
}

/** Grants, by an admin. */
export async function grant(
  app: TestApp,
  subject: { subjectKind: 'user' | 'role' | 'group'; subjectId: string },
  action: string,
  resource: string,
): Promise<void> {
  const response = await app.request('POST', '/api/v1/grants', {
    asAdmin: true,
    body: { ...subject, action, resource },
  });
  if (response.status !== 201) throw new Error(`granting answered ${response.status} ${response.text}`);
}

/** Asks the application's database. */
export async function query<Row>(app: TestApp, statement: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: app.databaseUrl });
  await client.connect();
  try {
    return (await client.query(statement, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** As a browser follows a link: without a token. */
export const follow = (app: TestApp, launchUrl: string): Promise<TestResponse> =>
  app.request('GET', launchUrl.replace(app.url, ''));

/** The portal's side of a session of ours. */
export async function findPortalSession(app: TestApp, portal: TrainingPortal, id: string) {
  const statement = 'SELECT session_name AS name FROM workshop_sessions WHERE id = $1';
  const [row] = await query<{ name: string | null }>(app, statement, [id]);
  const session = portal.sessions.find(({ name }) => name === row?.name);
  if (session === undefined) throw new Error(`The portal has no session ${row?.name}`);
  return session;
}
