import type { TrainingPortal } from '../support/training-portal/training-portal.js';

/** A reply of the portal, read whole. */
export interface PortalReply {
  status: number;
  headers: Headers;
  text: string;
}

export interface TokenBody {
  access_token: string;
  refresh_token: string;
}

/** Sends a form to an OAuth2 endpoint as the robot client; `undefined` leaves a field out. */
export async function postForm(
  portal: TrainingPortal,
  path: string,
  fields: Record<string, string | undefined>,
): Promise<PortalReply> {
  const { clientId, clientSecret } = portal.credentials;
  const all = Object.entries({ client_id: clientId, client_secret: clientSecret, ...fields });
  const body = new URLSearchParams(all.filter((field): field is [string, string] => field[1] !== undefined));
  return read(await fetch(portal.url + path, { method: 'POST', body }));
}

export async function login(portal: TrainingPortal, fields: Record<string, string> = {}): Promise<TokenBody> {
  const { username, password } = portal.credentials;
  const reply = await postForm(portal, '/oauth2/token/', { grant_type: 'password', username, password, ...fields });
  return JSON.parse(reply.text) as TokenBody;
}

/** A plain client of the portal's REST API with one token. */
export class Robot {
  constructor(
    private readonly portal: TrainingPortal,
    private readonly token: string,
  ) {}

  static async loggedIn(portal: TrainingPortal): Promise<Robot> {
    return new Robot(portal, (await login(portal)).access_token);
  }

  async call(path: string, init: RequestInit = {}): Promise<PortalReply> {
    const headers = { authorization: `Bearer ${this.token}`, ...(init.headers as Record<string, string> | undefined) };
    return read(await fetch(this.portal.url + path, { redirect: 'manual', ...init, headers }));
  }

  /** The JSON body of a call that succeeds. */
  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    const reply = await this.call(path);
    if (reply.status !== 200) throw new Error(`${path} answered ${reply.status} ${reply.text}`);
    return JSON.parse(reply.text) as T;
  }

  /** Requests a session in environment 1 unless told otherwise. */
  request(parameters: Record<string, string> = {}, environment = `${this.portal.name}-w01`): Promise<PortalReply> {
    const query = new URLSearchParams({ index_url: 'https://front.test/end', ...parameters });
    return this.call(`/workshops/environment/${environment}/request/?${query.toString()}`);
  }

  async requestSession(parameters: Record<string, string> = {}, environment?: string): Promise<SessionBody> {
    const reply = await this.request(parameters, environment);
    if (reply.status !== 200) throw new Error(`request answered ${reply.status} ${reply.text}`);
    return JSON.parse(reply.text) as SessionBody;
  }

  schedule(session: string): Promise<ScheduleBody> {
    return this.get(`/workshops/session/${session}/schedule/`);
  }

  catalog(query = ''): Promise<CatalogBody> {
    return this.get(`/workshops/catalog/environments/${query}`);
  }
}

export interface SessionBody {
  name: string;
  session: string;
  user: string;
  url: string;
  namespace: string;
  workshop: string;
  environment: string;
}

export interface ScheduleBody {
  status: string;
  started: string | null;
  expires: string | null;
  expiring: boolean;
  countdown?: number;
  extendable?: boolean;
  extended?: boolean;
}

export interface CatalogBody {
  portal: { uid: string; sessions: { maximum: number; allocated: number } };
  environments: {
    name: string;
    state: string;
    workshop: { name: string; resource: string; labels: Record<string, string> };
    capacity: number;
    reserved: number;
    allocated: number;
    available: number;
    sessions?: { name: string; state: string; user: string; started: string }[];
  }[];
}

async function read(response: Response): Promise<PortalReply> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}
