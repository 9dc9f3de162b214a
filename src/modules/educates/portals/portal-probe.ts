import { Injectable } from '@nestjs/common';
import { OutboundError } from '../../../platform/http-client/outbound-error.js';
import { parsedJson } from '../client/parsed-json.js';
import type { PortalRequest } from '../client/portal-request.js';
import { PortalTransport } from '../client/portal-transport.js';
import { RobotOauthClient, tokenRequest } from '../tokens/robot-oauth.client.js';
import { tokenAnswer } from '../tokens/robot-oauth.responses.js';
import { connectionProblem, readListing, tokenProblem } from './portal-probe.policy.js';
import type { Portal } from './portal.js';
import { portalSettingsInvalid, portalTestFailed } from './portals.errors.js';

const timeoutMs = 10_000;

/** What a portal said of itself. */
export interface PortalFindings {
  portalUid: string;
  environments: number;
  sessions: { maximum: number | null; allocated: number };
  /** Of the catalogue, in milliseconds. */
  latencyMs: number;
}

/** Tries a portal's settings on the portal itself, past all caches, and leaves nothing behind there. */
@Injectable()
export class PortalProbe {
  constructor(
    private readonly transport: PortalTransport,
    private readonly oauth: RobotOauthClient,
  ) {}

  /** @throws AppError `educates.portal-test-failed`, which names the setting that is wrong and says what is wrong with it */
  async probe(portal: Portal): Promise<PortalFindings> {
    if (portal.robot === null) {
      throw portalSettingsInvalid({
        field: 'robot',
        message: 'cannot be opened with any ENCRYPTION_KEY; send it again',
      });
    }
    const form = { grant_type: 'password', username: portal.robot.username, password: portal.robot.password };
    const login = await this.send(portal, tokenRequest(portal.robot, form));
    const problem = tokenProblem(login);
    if (problem !== undefined) throw portalTestFailed(problem);
    const tokens = tokenAnswer.parse(parsedJson(login.body));
    try {
      const answer = await this.send(portal, {
        operation: 'catalog',
        method: 'GET',
        path: '/workshops/catalog/environments/?sessions=true',
        headers: { authorization: `Bearer ${tokens.access_token}` },
        timeoutMs,
      });
      const read = readListing(answer);
      if ('problem' in read) throw portalTestFailed(read.problem);
      const { portal: facts, environments } = read.listing;
      const { maximum, allocated } = facts.sessions;
      const sessions = { maximum: maximum === 0 ? null : maximum, allocated };
      return { portalUid: facts.uid, environments: environments.length, sessions, latencyMs: answer.durationMs };
    } finally {
      await this.oauth.revoke(portal, tokens.refresh_token);
    }
  }

  private async send(
    portal: Portal,
    request: PortalRequest,
  ): Promise<{ status: number; body: string; durationMs: number }> {
    try {
      const { status, body, durationMs } = await this.transport.exchange(portal, request);
      return { status, body: body.toString(), durationMs };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const isRefusedByUs = error.code === 'http-client.address-refused';
      throw portalTestFailed(
        isRefusedByUs ? { field: 'url', message: error.message } : connectionProblem(error.reason),
      );
    }
  }
}
