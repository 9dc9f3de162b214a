import type { TrainingPortal } from '../../test/support/training-portal/training-portal.js';

/** Calls a portal as the Backstage plugin does: a new login each time, and the whole catalogue before each request. */
export async function readAsPlugin(portal: TrainingPortal): Promise<void> {
  await readCatalog(portal, await login(portal));
}

export async function requestAsPlugin(portal: TrainingPortal, user: string): Promise<void> {
  const token = await login(portal);
  const environment = await readCatalog(portal, token);
  const response = await requestSession(portal, { token, environment, user });
  if (response.status !== 200) throw new Error(`${portal.name} answered ${response.status} to a request`);
}

export async function login({ url, credentials }: TrainingPortal): Promise<string> {
  const { username, password, clientId, clientSecret } = credentials;
  const body = new URLSearchParams({
    grant_type: 'password',
    username,
    password,
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await fetch(`${url}/oauth2/token/`, { method: 'POST', body });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** @returns the name of the portal's first environment */
export async function readCatalog({ url }: TrainingPortal, token: string): Promise<string> {
  const response = await fetch(`${url}/workshops/catalog/workshops/`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { workshops } = (await response.json()) as { workshops: { environment: { name: string } }[] };
  return workshops[0]?.environment.name ?? '';
}

export async function requestSession(
  { url }: TrainingPortal,
  { token, environment, user }: { token: string; environment: string; user: string },
): Promise<{ status: number }> {
  const query = new URLSearchParams({ index_url: 'https://front.example.org/', user });
  const response = await fetch(`${url}/workshops/environment/${environment}/request/?${query.toString()}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
  return { status: response.status };
}
