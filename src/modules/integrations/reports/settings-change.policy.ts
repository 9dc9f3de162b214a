/** What was changed, as `settings.updated` tells it. */
export interface SettingsChange {
  settings: string[];
  subject: string;
}

const kinds = new Set(['integration', 'webhook', 'incoming-source', 'portal']);
/** What changes settings; other things that admins do, such as sending an example, are no news here. */
const changes = /^(created|updated|deleted|activated|deactivated|paused|resumed|(\w+-)?(rotated|withdrawn))$/;
const fieldOfAction = new Map([
  ['integration.activated', 'status'],
  ['integration.deactivated', 'status'],
  ['webhook.paused', 'state'],
  ['webhook.resumed', 'state'],
]);

/**
 * What an entry of the audit log means for the settings. Names only: of the members that `details.changed` (or `members`) lists with spaces between
 * them, such as `webhook.filter`; else of the whole, such as `webhook`, when it was created or deleted; else of the action.
 *
 * @returns undefined when the entry is about something else, the application itself changed it, or an update changed nothing
 */
export function settingsChangeOf({ action, actor, subject, details }: AuditedAction): SettingsChange | undefined {
  const [kind = '', verb = ''] = action.split('.');
  if (!kinds.has(kind) || !changes.test(verb) || typeof subject !== 'string' || actor === 'system') return undefined;
  const changed = details?.['changed'] ?? details?.['members'];
  if (verb === 'updated' && typeof changed === 'string') {
    const settings = changed.split(' ').filter((name) => name !== '');
    return settings.length === 0 ? undefined : { settings: settings.map((name) => `${kind}.${name}`), subject };
  }
  const field = fieldOfAction.get(action);
  if (field !== undefined) return { settings: [`${kind}.${field}`], subject };
  return { settings: [['created', 'updated', 'deleted'].includes(verb) ? kind : action], subject };
}

interface AuditedAction {
  action: string;
  actor: string;
  subject?: string | null;
  details?: Readonly<Record<string, unknown>>;
}
