import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { BackstageService } from '../backstage/backstage.service.js';
import { portalStates } from '../portals/portal-state.policy.js';
import { PortalsService } from '../portals/portals.service.js';
import { agentTool, type AgentTool } from './agent-tool.js';

const portal = z.object({
  name: z.string(),
  url: z.url(),
  state: z.enum(portalStates),
  reason: z.string().nullable().describe('Why it is not up'),
});

/** As the portal has it; what is not listed here passes through. */
const workshop = z.looseObject({
  name: z.string(),
  title: z.string(),
  description: z.string().optional(),
  difficulty: z.string().optional(),
  duration: z.string().optional(),
  tags: z.array(z.string()).optional(),
  environment: z.looseObject({
    name: z.string().describe('What a session is requested by, as workshopEnvName'),
    capacity: z.int(),
    allocated: z.int(),
  }),
});

/** The plugin's two actions that read. */
@Injectable()
export class PortalTools {
  readonly tools: readonly AgentTool[];

  constructor(portals: PortalsService, backstage: BackstageService) {
    this.tools = [
      agentTool({
        name: 'get_educates_training_portals',
        title: 'List training portals',
        description: 'Lists the Educates training portals that the user may see, and how each of them is.',
        input: z.object({}),
        output: z.object({ portals: z.array(portal) }),
        annotations: { readOnlyHint: true },
        run: async (caller) => {
          const seen = await portals.list(caller);
          return { portals: seen.map(({ name, url, state, reason }) => ({ name, url, state, reason })) };
        },
      }),
      agentTool({
        name: 'get_educates_workshops',
        title: 'List the workshops of a portal',
        description: 'Lists the workshops that a training portal offers now, and how many places of each are taken.',
        input: z.object({ portalName: z.string().min(1).max(63).describe('From get_educates_training_portals') }),
        output: z.object({ workshops: z.array(workshop) }),
        annotations: { readOnlyHint: true },
        run: async (caller, { portalName }) => {
          const { body } = await backstage.readCatalog(caller, portalName);
          return { workshops: body.workshops };
        },
      }),
    ];
  }
}
