import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { AuditLog, type Caller } from '../../identity/index.js';
import { PortalTokens } from '../tokens/portal-tokens.js';
import type { ManagedPortalEntity } from './managed-portal.entity.js';
import { ManagedPortalsRepository } from './managed-portals.repository.js';
import { PortalProbe, type PortalFindings } from './portal-probe.js';
import { PortalRegistry } from './portal-registry.js';
import { mergeSettings, settingsProblem, type PortalSettings, type SettingsChange } from './portal-settings.policy.js';
import { PortalVault } from './portal-vault.js';
import type { Portal } from './portal.js';
import {
  portalContended,
  portalExists,
  portalInUse,
  portalNotFound,
  portalReadOnly,
  portalSettingsInvalid,
  tooManyPortals,
} from './portals.errors.js';
import { RemovedPortals } from './removed-portals.js';

/** Each is asked for its catalogue and its sessions again and again. */
const maxPortals = 200;

/** What admins do with portals at run time. Nothing is saved that was not tried on the portal first. */
@Injectable()
export class PortalAdministration {
  constructor(
    private readonly database: Database,
    private readonly rows: ManagedPortalsRepository,
    private readonly registry: PortalRegistry,
    private readonly vault: PortalVault,
    private readonly probe: PortalProbe,
    private readonly tokens: PortalTokens,
    private readonly removal: RemovedPortals,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `educates.portal-exists`, `…too-many-portals`, `…portal-settings-invalid`, `…portal-test-failed` */
  async create({ actor }: Caller, name: string, settings: PortalSettings): Promise<PortalFindings> {
    if (this.registry.find(name) !== undefined) throw portalExists(name);
    if ((await this.rows.count()) >= maxPortals) throw tooManyPortals(maxPortals);
    const findings = await this.test(name, settings);
    const id = randomUUID();
    const { url, labels, ...secrets } = settings;
    const row = { id, name, url, labels, secrets: this.vault.seal(id, secrets), createdBy: actor };
    await this.database.transaction(async (tx) => {
      await this.rows.insert(tx, row);
      await this.record('educates.portal-created', actor, name, { url }, tx);
    });
    await this.registry.announce();
    return findings;
  }

  /**
   * Changes what is given and keeps the rest.
   *
   * @throws AppError `educates.portal-not-found`, `…portal-read-only`, `…portal-contended`, and as {@link create}
   */
  async update({ actor }: Caller, name: string, change: SettingsChange): Promise<PortalFindings> {
    const row = await this.editable(name);
    const before = this.vault.toPortal(row);
    const merged = mergeSettings({ url: row.url, labels: row.labels, ...this.secretsOf(row) }, change);
    if ('problem' in merged) throw portalSettingsInvalid(merged.problem);
    const { settings } = merged;
    const findings = await this.test(name, settings);
    const { url, labels, ...secrets } = settings;
    await this.database.transaction(async (tx) => {
      const changes = { url, labels, secrets: this.vault.seal(row.id, secrets) };
      if (!(await this.rows.change(tx, row, changes))) throw portalContended();
      await this.record('educates.portal-changed', actor, name, { url, changed: Object.keys(change).join(' ') }, tx);
    });
    await this.tokens.discard(before);
    await this.registry.announce();
    return findings;
  }

  /** Tries a portal as it is. @throws AppError `educates.portal-not-found`, `educates.portal-test-failed` */
  retest(name: string): Promise<PortalFindings> {
    return this.probe.probe(this.registry.get(name));
  }

  /**
   * Removes a portal; its tokens end.
   *
   * @returns how many sessions were ended with it
   * @throws AppError `educates.portal-not-found`, `…portal-read-only`, `…portal-in-use` unless sessions may be ended
   */
  async remove({ actor }: Caller, name: string, mayEndSessions: boolean): Promise<number> {
    const row = await this.editable(name);
    const portal = this.vault.toPortal(row);
    const sessions = await this.removal.countSessions(portal);
    if (sessions > 0 && !mayEndSessions) throw portalInUse(name, sessions);
    await this.database.transaction(async (tx) => {
      await this.rows.delete(tx, row);
      await this.record('educates.portal-removed', actor, name, { url: row.url, sessions }, tx);
    });
    await this.registry.announce();
    const ended = await this.removal.endSessions(portal);
    await this.tokens.discard(portal);
    return ended;
  }

  private test(name: string, settings: PortalSettings): Promise<PortalFindings> {
    const problem = settingsProblem(settings);
    if (problem !== undefined) throw portalSettingsInvalid(problem);
    const { certificateAuthority, ...rest } = settings;
    const candidate: Portal = {
      ...rest,
      name,
      source: 'api',
      revision: 'candidate',
      certificateAuthority: certificateAuthority ?? undefined,
    };
    return this.probe.probe(candidate);
  }

  private async editable(name: string): Promise<ManagedPortalEntity> {
    if (this.registry.find(name)?.source === 'environment') throw portalReadOnly(name);
    const row = await this.rows.findByName(name);
    if (row === null) throw portalNotFound();
    return row;
  }

  /** Without those that no key opens any more: they have to be sent again. */
  private secretsOf(row: ManagedPortalEntity): Pick<PortalSettings, 'certificateAuthority'> & Partial<PortalSettings> {
    const { robot, certificateAuthority = null } = this.vault.toPortal(row);
    return robot === null ? { certificateAuthority } : { robot, certificateAuthority };
  }

  private record(
    action: string,
    actor: string,
    name: string,
    details: Record<string, string | number>,
    tx: Parameters<AuditLog['record']>[0],
  ): Promise<void> {
    return this.audit.record(tx, { action, actor, subject: `portal:${name}`, details });
  }
}
