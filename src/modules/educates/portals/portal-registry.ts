import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Broadcast } from '../../../platform/redis/broadcast.js';
import { ManagedPortalsRepository } from './managed-portals.repository.js';
import { PortalVault } from './portal-vault.js';
import type { Portal } from './portal.js';
import { portalNotFound } from './portals.errors.js';

/** How soon a change is noticed that another process made, when Redis does not tell of it, in milliseconds. */
const pollMs = 1000;
const topic = 'educates portals';

export interface PortalWatcher {
  added(portal: Portal): void;
  removed(portal: Portal): void;
}

/** The training portals that there are: those of the environment, and those that admins added, whichever process they asked. */
@Injectable()
export class PortalRegistry implements OnModuleInit {
  private readonly logger = new Logger(PortalRegistry.name);
  private readonly configured: ReadonlyMap<string, Portal>;
  private managed: ReadonlyMap<string, Portal> = new Map();
  private readonly watchers: PortalWatcher[] = [];
  private loading: Promise<void> = Promise.resolve();
  private isPolling = false;

  constructor(
    { educates }: AppConfig,
    private readonly rows: ManagedPortalsRepository,
    private readonly vault: PortalVault,
    private readonly broadcast: Broadcast,
  ) {
    this.configured = new Map(
      educates.portals.map(({ labels = {}, ...portal }) => {
        const source = 'environment' as const;
        return [portal.name, { ...portal, labels, source, revision: source }];
      }),
    );
  }

  async onModuleInit(): Promise<void> {
    const onNews = (): void => void this.poll();
    this.broadcast.listen(topic, { onMessage: onNews, onGap: onNews });
    await this.reload();
  }

  list(): Portal[] {
    const added = [...this.managed.values()].filter(({ name }) => !this.configured.has(name));
    return [...this.configured.values(), ...added];
  }

  find(name: string): Portal | undefined {
    return this.configured.get(name) ?? this.managed.get(name);
  }

  /** @throws AppError `educates.portal-not-found` */
  get(name: string): Portal {
    const portal = this.find(name);
    if (portal === undefined) throw portalNotFound();
    return portal;
  }

  /** Tells of the portals that there are, and of each that comes and goes; a changed one goes and comes. */
  watch(watcher: PortalWatcher): void {
    this.watchers.push(watcher);
    for (const portal of this.list()) watcher.added(portal);
  }

  /** What was committed before is known here afterwards. */
  reload(): Promise<void> {
    this.loading = this.loading.catch(() => undefined).then(() => this.load());
    return this.loading;
  }

  /** Makes all processes know a change: this one before it resolves. */
  async announce(): Promise<void> {
    await this.reload();
    await this.broadcast.publish(topic, '');
  }

  @Interval(pollMs)
  async poll(): Promise<void> {
    if (this.isPolling) return;
    this.isPolling = true;
    try {
      await this.reload();
    } catch {
      // The database's own check tells of it; the portals stay as they were last known.
    } finally {
      this.isPolling = false;
    }
  }

  private async load(): Promise<void> {
    const versions = await this.rows.versions();
    const known = new Map([...this.managed.values()].map((portal) => [portal.revision, portal]));
    const unknown = versions.filter(({ id, version }) => !known.has(`${id}:${version}`));
    const isSame = unknown.length === 0 && versions.length === known.size;
    if (isSame) return;
    const read = unknown.length === 0 ? [] : await this.rows.list(unknown.map(({ id }) => id));
    const kept = versions.flatMap(({ id, version }) => known.get(`${id}:${version}`) ?? []);
    const portals = [...kept, ...read.map((row) => this.vault.toPortal(row))];
    this.replace(new Map(portals.map((portal) => [portal.name, portal])));
  }

  private replace(managed: ReadonlyMap<string, Portal>): void {
    const before = this.list();
    this.managed = managed;
    const after = this.list();
    const revisions = (portals: Portal[]): Set<string> => new Set(portals.map(({ revision, name }) => name + revision));
    const [old, current] = [revisions(before), revisions(after)];
    for (const portal of before) if (!current.has(portal.name + portal.revision)) this.tell('removed', portal);
    for (const portal of after) if (!old.has(portal.name + portal.revision)) this.tell('added', portal);
  }

  private tell(change: keyof PortalWatcher, portal: Portal): void {
    this.logger.log(`The portal ${portal.name} was ${change}`);
    for (const watcher of this.watchers) watcher[change](portal);
  }
}
