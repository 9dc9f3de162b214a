import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PortalTransport } from '../client/portal-transport.js';
import type { Portal } from '../portals/portal.js';

const timeoutMs = 10_000;
/** A logo changes with a new release of the portal, if ever. */
const lifetimeMs = 3_600_000;
/** After a failure, or when the portal shows none. */
const retryMs = 60_000;
const maxPortals = 1000;
const maxLogoChars = 500_000;

/** As the plugin's front end looks for it. */
const logoPattern = /src="(data:image\/png;base64,[A-Za-z0-9+/=]+)"/;

/** The logos of portals. The REST API does not know them; they stand on every page, also on the login page, which anybody may read. */
@Injectable()
export class PortalLogos {
  private readonly logos = new LRUCache<string, { url: string | null }, Portal>({
    max: maxPortals,
    ttl: lifetimeMs,
    fetchMethod: async (_name, _stale, { context: portal, options }) => {
      const url = await this.fetch(portal);
      if (url === null) options.ttl = retryMs;
      return { url };
    },
  });

  constructor(private readonly transport: PortalTransport) {}

  /** A data URL of a PNG image; null when the portal shows none, or does not answer. */
  async find(portal: Portal): Promise<string | null> {
    return (await this.logos.fetch(`${portal.name} ${portal.revision}`, { context: portal }))?.url ?? null;
  }

  /** As {@link find}, but of what was found before: nobody waits for it, and the portal is not asked. */
  known({ name, revision }: Portal): string | null {
    return this.logos.get(`${name} ${revision}`)?.url ?? null;
  }

  private async fetch(portal: Portal): Promise<string | null> {
    try {
      const { status, body } = await this.transport.send(portal, {
        operation: 'page',
        method: 'GET',
        path: '/accounts/login/',
        timeoutMs,
      });
      const [, logo] = status === 200 ? (logoPattern.exec(body.toString()) ?? []) : [];
      return logo !== undefined && logo.length <= maxLogoChars ? logo : null;
    } catch {
      return null;
    }
  }
}
