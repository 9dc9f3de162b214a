import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { BackstageService } from '../backstage/backstage.service.js';
import { requireAccount, type Caller } from '../../identity/index.js';
import { LaunchLinks } from '../sessions/launch-links.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';
import { agentTool, type AgentTool } from './agent-tool.js';
import { sessionOutput, toSessionOutput } from './session-output.js';

const maxListed = 100;
const sessionId = z.uuid().describe('The id of a session, from get_my_educates_workshop_sessions');

/** The plugin's action that requests a session, and what becomes of one afterwards. */
@Injectable()
export class SessionTools {
  readonly tools: readonly AgentTool[];

  constructor(
    private readonly backstage: BackstageService,
    private readonly sessions: SessionsService,
    private readonly links: LaunchLinks,
  ) {
    this.tools = [this.request(), this.listMine(), this.extend(), this.terminate()];
  }

  private request(): AgentTool {
    return agentTool({
      name: 'request_educates_workshop_session',
      title: 'Request a workshop session',
      description:
        'Requests a session of a workshop for the user, or gives the one that the user has already. Show the user launchUrl.',
      input: z.object({
        portalName: z.string().min(1).max(63).describe('From get_educates_training_portals'),
        workshopEnvName: z.string().min(1).max(253).describe('environment.name from get_educates_workshops'),
      }),
      output: z.object({ session: sessionOutput }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
      run: async (caller, { portalName, workshopEnvName }) => {
        const opened = await this.backstage.open(requireAccount(caller), portalName, workshopEnvName);
        return { session: this.show(caller, opened.session) };
      },
    });
  }

  private listMine(): AgentTool {
    return agentTool({
      name: 'get_my_educates_workshop_sessions',
      title: 'List my workshop sessions',
      description:
        'Lists the user’s workshop sessions, the newest first: those that are live, or also those that ended.',
      input: z.object({ includeEnded: z.boolean().default(false) }),
      output: z.object({ sessions: z.array(sessionOutput) }),
      annotations: { readOnlyHint: true },
      run: async (caller, { includeEnded }) => {
        const isLive = includeEnded ? undefined : true;
        const page = await this.sessions.list(requireAccount(caller), { isLive, limit: maxListed });
        return { sessions: page.sessions.map((session) => this.show(caller, session)) };
      },
    });
  }

  private extend(): AgentTool {
    return agentTool({
      name: 'extend_educates_workshop_session',
      title: 'Give a workshop session more time',
      description:
        'Asks the portal for more time. Most portals give it only shortly before the end, and some never do.',
      input: z.object({ sessionId }),
      output: z.object({
        session: sessionOutput,
        isExtended: z.boolean().describe('False when the portal does not allow it now'),
        isExtendable: z.boolean().describe('Whether the portal would allow it once more right away'),
      }),
      annotations: { readOnlyHint: false, destructiveHint: false },
      run: async (caller, { sessionId: id }) => {
        const { session, isExtended, isExtendable } = await this.sessions.extend(caller, id);
        return { session: this.show(caller, session), isExtended, isExtendable };
      },
    });
  }

  private terminate(): AgentTool {
    return agentTool({
      name: 'terminate_educates_workshop_session',
      title: 'End a workshop session',
      description: 'Ends a session of the user for good: what was done in it is lost. Ask the user first.',
      input: z.object({ sessionId }),
      output: z.object({ session: sessionOutput }),
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
      run: async (caller, { sessionId: id }) => {
        return { session: this.show(caller, await this.sessions.terminate(caller, id)) };
      },
    });
  }

  /** Only its owner gets a link: whoever follows one becomes the learner. */
  private show({ userId }: Caller, session: WorkshopSessionEntity): z.output<typeof sessionOutput> {
    return toSessionOutput(session, session.userId === userId ? this.links.of(session, new Date()) : null);
  }
}
