import { matchesPattern, type Claims } from '../../identity/index.js';

/** The actions of the Backstage plugin, and two of ours that say who owns. */
export const portalActions = [
  'educates.portal.view',
  'educates.workshop.start',
  'educates.portal.own',
  'educates.workshop.own',
] as const;
export type PortalAction = (typeof portalActions)[number];

/** What grants say of the actions that a rule asks for, and whether the caller may use what nobody restricted. */
export interface CallerClaims {
  claims: Readonly<Record<PortalAction, Claims>>;
  mayUseOpen: boolean;
}

export interface PortalResource {
  name: string;
  labels?: Readonly<Record<string, string>> | undefined;
}

export interface WorkshopResource {
  portal: PortalResource;
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** What grants can name a portal by: `portal:campus`, `portal-label:region=north`. */
export const portalReferences = ({ name, labels = {} }: PortalResource): string[] => [
  `portal:${name}`,
  ...Object.entries(labels).map(([key, value]) => `portal-label:${key}=${value}`),
];

/** `workshop:campus/lab-git`, `workshop-label:level=101`, and the labels of its portal. */
export const workshopReferences = ({ portal, name, labels }: WorkshopResource): string[] => [
  `workshop:${portal.name}/${name}`,
  ...Object.entries(labels).map(([key, value]) => `workshop-label:${key}=${value}`),
  ...portalReferences(portal).slice(1),
];

const reaches = (patterns: readonly string[], references: readonly string[]): boolean =>
  patterns.some((pattern) => references.some((reference) => matchesPattern(pattern, reference)));

/** Open until some grant speaks of it; then only for those whom one reaches. */
function isOpenOrGranted({ granted, governed }: Claims, references: string[], mayUseOpen: boolean): boolean {
  return reaches(granted, references) || (mayUseOpen && !reaches(governed, references));
}

/** The plugin's rules by their names; these look at what the caller was granted. */
export const rules = {
  IS_PORTAL_OWNER: ({ claims }: CallerClaims, portal: PortalResource): boolean =>
    reaches(claims['educates.portal.own'].granted, portalReferences(portal)),

  HAS_PORTAL_ACCESS: ({ claims, mayUseOpen }: CallerClaims, portal: PortalResource): boolean =>
    isOpenOrGranted(claims['educates.portal.view'], portalReferences(portal), mayUseOpen),

  IS_WORKSHOP_OWNER: ({ claims }: CallerClaims, workshop: WorkshopResource): boolean =>
    reaches(claims['educates.workshop.own'].granted, workshopReferences(workshop)),

  HAS_WORKSHOP_ACCESS: ({ claims, mayUseOpen }: CallerClaims, workshop: WorkshopResource): boolean =>
    isOpenOrGranted(claims['educates.workshop.start'], workshopReferences(workshop), mayUseOpen),
} as const;

export const mayView = (caller: CallerClaims, portal: PortalResource): boolean =>
  rules.IS_PORTAL_OWNER(caller, portal) || rules.HAS_PORTAL_ACCESS(caller, portal);

/** Of somebody who may see the portal: nobody starts what they may not see. */
export const mayStart = (caller: CallerClaims, workshop: WorkshopResource): boolean =>
  rules.IS_PORTAL_OWNER(caller, workshop.portal) ||
  rules.IS_WORKSHOP_OWNER(caller, workshop) ||
  rules.HAS_WORKSHOP_ACCESS(caller, workshop);

const labelPrefix = 'workshop-label:';

/** Whether some grant names workshops by labels, so that these must be known for a decision. */
export function dependsOnLabels({ claims }: CallerClaims): boolean {
  const patterns = [...claims['educates.workshop.start'].governed, ...claims['educates.workshop.own'].granted];
  return patterns.some((pattern) => {
    const start = pattern.split('*', 1)[0] ?? '';
    return start.startsWith(labelPrefix) || (start.length > 'workshop'.length && labelPrefix.startsWith(start));
  });
}
