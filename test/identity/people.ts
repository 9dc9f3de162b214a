import type { TestApp, TestResponse } from '../support/test-app.js';

export const password = 'correct horse battery staple';

/** Somebody who is signed in. */
export interface Person {
  id: string;
  email: string;
  accessToken: string;
  refreshToken: string;
}

let count = 0;

export const newEmail = (): string => `person-${++count}-${process.pid}@example.org`;

export async function registerPerson(app: TestApp, fields: Record<string, unknown> = {}): Promise<Person> {
  const body = { email: newEmail(), password, ...fields };
  return personOf(await app.request('POST', '/api/v1/auth/register', { body }), 201);
}

export async function registerGuest(app: TestApp): Promise<Person> {
  return personOf(await app.request('POST', '/api/v1/auth/guest'), 201);
}

/** An account with the role, signed in. */
export async function registerWithRole(app: TestApp, role: string): Promise<Person> {
  const person = await registerPerson(app);
  const response = await app.request('PUT', `/api/v1/users/${person.id}/role`, { asAdmin: true, body: { role } });
  expect(response.status).toBe(200);
  return person;
}

export const login = (app: TestApp, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  app.request('POST', '/api/v1/auth/login', { body: { password, ...body }, headers });

export const refresh = (app: TestApp, refreshToken: string) =>
  app.request('POST', '/api/v1/auth/refresh', { body: { refreshToken } });

export const me = (app: TestApp, token: string) => app.request('GET', '/api/v1/auth/me', { token });

export function personOf(response: TestResponse, status = 200): Person {
  expect({ status: response.status, text: response.text }).toMatchObject({ status });
  const { user, accessToken, refreshToken } = response.json.data;
  return { id: user.id, email: user.email, accessToken, refreshToken };
}
