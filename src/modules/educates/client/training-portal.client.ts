import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OutboundResponse } from '../../../platform/http-client/outbound-request.js';
import type { Portal } from '../portals/portal.js';
import { PortalTokens } from '../tokens/portal-tokens.js';
import { parsedJson } from './parsed-json.js';
import { PortalError } from './portal-error.js';
import { failureOf, type PortalFailure } from './portal-failure.policy.js';
import type { PortalRequest } from './portal-request.js';
import { PortalTransport } from './portal-transport.js';
import type { PortalSession, SessionExtension, SessionListing } from './training-portal.model.js';
import {
  environmentCatalog,
  extensionAnswer,
  sessionAnswer,
  sessionOwner,
  workshopCatalog,
  type WorkshopCatalogBody,
} from './training-portal.responses.js';
import {
  isWholeListing,
  toPortalSession,
  toSessionExtension,
  toSessionListing,
} from './training-portal.transformers.js';

const readTimeoutMs = 10_000;
/** A portal creates a session while it answers, one after the other. */
const requestTimeoutMs = 45_000;

/** Tries in all when the portal fails in a way that passes, such as a database that is locked while a class starts. */
const attempts = 4;
/**
 * No more tries are begun after this, so that it stays known by when a call is over, in milliseconds. Longer than a call may wait for its
 * turn, so that the last of a class are not given up at the first database that is locked.
 */
const retryWindowMs = 40_000;
/** The pause before the next try is a random part of this, doubled each time, in milliseconds. */
const retryPauseMs = 200;

export interface SessionWish {
  environment: string;
  /** Letters, digits, dash and underscore. The same user gets the same session again. */
  user: string;
  /** Where the portal sends the browser when the session ends. */
  indexUrl: string;
  analyticsUrl: string;
  /** How long the session waits for its activation. Never 0, which means no end at all. */
  timeoutSeconds: number;
  parameters: Record<string, string>;
}

/** A session as the portal names it, and whose it must be. */
interface NamedSession {
  name: string;
  user: string;
}

/** The REST API of a training portal. Every call is safe to repeat, and is repeated when the portal fails in a way that passes. */
@Injectable()
export class TrainingPortalClient {
  constructor(
    private readonly transport: PortalTransport,
    private readonly tokens: PortalTokens,
  ) {}

  /**
   * What the portal offers, in its own form and order.
   *
   * @throws PortalError
   */
  async readCatalog(portal: Portal): Promise<WorkshopCatalogBody> {
    const response = await this.call(portal, {
      operation: 'catalog',
      method: 'GET',
      path: '/workshops/catalog/workshops/',
      timeoutMs: readTimeoutMs,
    });
    return read(portal, workshopCatalog, response);
  }

  /**
   * Every session with an owner, from one call that does not take the portal's lock.
   *
   * @throws PortalError
   */
  async listSessions(portal: Portal): Promise<SessionListing> {
    const isRefused = (response: OutboundResponse): boolean =>
      response.status === 200 && !isWholeListing(read(portal, environmentCatalog, response));
    const response = await this.call(
      portal,
      {
        operation: 'catalog',
        method: 'GET',
        // Environments that are starting make the portal fail.
        path: '/workshops/catalog/environments/?sessions=true&state=running&state=stopping',
        timeoutMs: readTimeoutMs,
      },
      isRefused,
    );
    return toSessionListing(read(portal, environmentCatalog, response));
  }

  /**
   * Requests a session. The same user and environment get the same session again, with its activation window started anew.
   *
   * @throws PortalError, among others `no-capacity`, `environment-gone`, `bad-parameters`
   */
  async requestSession(portal: Portal, wish: SessionWish): Promise<PortalSession> {
    const query = new URLSearchParams({
      user: wish.user,
      index_url: wish.indexUrl,
      analytics_url: wish.analyticsUrl,
      timeout: String(wish.timeoutSeconds),
    });
    const parameters = Object.entries(wish.parameters).map(([name, value]) => ({ name, value }));
    const response = await this.call(portal, {
      operation: 'request',
      method: 'POST',
      path: `/workshops/environment/${encodeURIComponent(wish.environment)}/request/?${query.toString()}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ parameters }),
      timeoutMs: requestTimeoutMs,
    });
    return toPortalSession(read(portal, sessionAnswer, response), portal.url);
  }

  /**
   * Ends a session, if it is this user's: names begin anew when a portal is installed again, and may be somebody else's by now. A second
   * time is no error while the portal still knows the session.
   *
   * @throws PortalError, `session-gone` when the user has none of that name
   */
  async terminateSession(portal: Portal, { name, user }: NamedSession): Promise<void> {
    await this.requireOwner(portal, { name, user });
    await this.callSession(portal, name, 'terminate');
  }

  /**
   * Asks for more time for a session, if it is this user's. That there is none to have is an answer, not an error.
   *
   * @throws PortalError, `session-gone` when the user has none of that name
   */
  async extendSession(portal: Portal, { name, user }: NamedSession): Promise<SessionExtension> {
    await this.requireOwner(portal, { name, user });
    return toSessionExtension(read(portal, extensionAnswer, await this.callSession(portal, name, 'extend')));
  }

  private async requireOwner(portal: Portal, { name, user }: NamedSession): Promise<void> {
    const { owner } = read(portal, sessionOwner, await this.callSession(portal, name, 'authorize'));
    if (owner !== user) throw new PortalError(portal.name, 'session-gone');
  }

  private callSession(
    portal: Portal,
    name: string,
    verb: 'authorize' | 'extend' | 'terminate',
  ): Promise<OutboundResponse> {
    const path = `/workshops/session/${encodeURIComponent(name)}/${verb}/`;
    return this.call(portal, { operation: 'session', method: 'GET', path, timeoutMs: readTimeoutMs });
  }

  private async call(
    portal: Portal,
    request: PortalRequest,
    isRefused: (response: OutboundResponse) => boolean = () => false,
  ): Promise<OutboundResponse> {
    const lastTryAtMs = performance.now() + retryWindowMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.callOnce(portal, request, isRefused);
      } catch (error) {
        if (attempt === attempts || performance.now() > lastTryAtMs || !isPassing(error)) throw error;
        await sleep(Math.random() * retryPauseMs * 2 ** attempt);
      }
    }
  }

  /** With another token once more when the portal refuses the first, which a renewal by somebody else may have ended meanwhile. */
  private async callOnce(
    portal: Portal,
    request: PortalRequest,
    isRefused: (response: OutboundResponse) => boolean,
  ): Promise<OutboundResponse> {
    const token = await this.tokens.current(portal);
    const first = await this.transport.send(portal, withToken(request, token));
    const isTokenBad = failureIn(request, first) === 'token-refused' || isRefused(first);
    const response = isTokenBad
      ? await this.transport.send(portal, withToken(request, await this.tokens.replace(portal, token)))
      : first;
    const failure = failureIn(request, response) ?? (isRefused(response) ? 'unexpected' : undefined);
    if (failure !== undefined) throw new PortalError(portal.name, failure);
    return response;
  }
}

const failureIn = ({ operation }: PortalRequest, { status, body }: OutboundResponse): PortalFailure | undefined =>
  failureOf(operation, { status, body: body.toString() });

const withToken = (request: PortalRequest, token: string): PortalRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});

/** Whether it may work in a moment. A portal that cannot be connected to, or takes too long, had its chance. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof PortalError)) return false;
  if (error.failure === 'busy' || error.failure === 'token-refused') return true;
  return error.failure === 'unreachable' && reasonOf(error) === 'connection-reset';
}

const reasonOf = ({ cause }: PortalError): unknown => (cause as { reason?: unknown } | undefined)?.reason;

/** @throws PortalError `unexpected`; without the parser's error, which could quote an activation URL */
function read<Schema extends z.ZodType>(portal: Portal, schema: Schema, { body }: OutboundResponse): z.output<Schema> {
  const parsed = schema.safeParse(parsedJson(body.toString()));
  if (!parsed.success) throw new PortalError(portal.name, 'unexpected');
  return parsed.data;
}
