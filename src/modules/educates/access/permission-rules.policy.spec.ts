import fc from 'fast-check';
import {
  dependsOnLabels,
  mayStart,
  mayView,
  rules,
  type CallerClaims,
  type PortalAction,
} from './permission-rules.policy.js';

/** What the caller was granted, and what others were. */
function caller(
  own: Partial<Record<PortalAction, string[]>>,
  others: Partial<Record<PortalAction, string[]>> = {},
  mayUseOpen = true,
): CallerClaims {
  const of = (action: PortalAction) => {
    const granted = own[action] ?? [];
    return { granted, governed: [...granted, ...(others[action] ?? [])] };
  };
  const claims = {
    'educates.portal.view': of('educates.portal.view'),
    'educates.workshop.start': of('educates.workshop.start'),
    'educates.portal.own': of('educates.portal.own'),
    'educates.workshop.own': of('educates.workshop.own'),
  };
  return { claims, mayUseOpen };
}

const portal = { name: 'campus', labels: { region: 'north' } };
const workshop = { portal, name: 'git', labels: { level: '101' } };

describe('the rules of the plugin', () => {
  it('tell owners from others', () => {
    expect(rules.IS_PORTAL_OWNER(caller({ 'educates.portal.own': ['portal:cam*'] }), portal)).toBe(true);
    expect(rules.IS_PORTAL_OWNER(caller({ 'educates.portal.own': ['portal-label:region=north'] }), portal)).toBe(true);
    expect(rules.IS_PORTAL_OWNER(caller({}, { 'educates.portal.own': ['portal:campus'] }), portal)).toBe(false);
    expect(rules.IS_WORKSHOP_OWNER(caller({ 'educates.workshop.own': ['workshop:*/git'] }), workshop)).toBe(true);
    expect(rules.IS_WORKSHOP_OWNER(caller({}, { 'educates.workshop.own': ['*'] }), workshop)).toBe(false);
  });

  it('let in those who were granted access, by name or by label, and nobody else', () => {
    const granted = caller({
      'educates.portal.view': ['portal-label:region=*'],
      'educates.workshop.start': ['workshop-label:level=101'],
    });
    expect(rules.HAS_PORTAL_ACCESS(granted, portal)).toBe(true);
    expect(rules.HAS_WORKSHOP_ACCESS(granted, workshop)).toBe(true);
    const others = {
      'educates.portal.view': ['portal-label:region=north'],
      'educates.workshop.start': ['workshop-label:level=101'],
    };
    expect(rules.HAS_PORTAL_ACCESS(caller({}, others), portal)).toBe(false);
    expect(rules.HAS_WORKSHOP_ACCESS(caller({}, others), workshop)).toBe(false);
    expect(rules.HAS_WORKSHOP_ACCESS(caller({}, others), { ...workshop, labels: { level: '201' } })).toBe(true);
  });

  it('leave open what nobody was granted, but not to guests', () => {
    expect([mayView(caller({}), portal), mayStart(caller({}), workshop)]).toEqual([true, true]);
    const guest = caller({}, {}, false);
    expect([mayView(guest, portal), mayStart(guest, workshop)]).toEqual([false, false]);
  });

  it('let owners see and start what is closed to others', () => {
    const closed = { 'educates.portal.view': ['*'], 'educates.workshop.start': ['*'] };
    expect(mayStart(caller({ 'educates.portal.own': ['portal:campus'] }, closed, false), workshop)).toBe(true);
    expect(mayView(caller({ 'educates.portal.own': ['portal:campus'] }, closed, false), portal)).toBe(true);
    expect(mayStart(caller({ 'educates.workshop.own': ['workshop:campus/git'] }, closed, false), workshop)).toBe(true);
  });

  it('never take anything from somebody by granting them more', () => {
    const pattern = fc.constantFrom(
      'portal:campus',
      'portal:*',
      'portal-label:region=north',
      'workshop:*/git',
      '*',
      'x',
    );
    const patterns = fc.array(pattern, { maxLength: 3 });
    fc.assert(
      fc.property(patterns, pattern, patterns, fc.boolean(), (own, more, others, mayUseOpen) => {
        const before = caller({ 'educates.portal.view': own }, { 'educates.portal.view': others }, mayUseOpen);
        const after = caller(
          { 'educates.portal.view': [...own, more] },
          { 'educates.portal.view': others },
          mayUseOpen,
        );
        const isClosedByIt = !mayView(after, portal) && mayView(before, portal);
        expect(isClosedByIt).toBe(false);
      }),
    );
  });
});

it.each([
  ['workshop-label:level=101', true],
  ['workshop-*', true],
  ['workshop:campus/*', false],
  ['workshop*', false],
  ['*', false],
])('%s needs labels to be known: %s', (pattern, isNeeded) => {
  expect(dependsOnLabels(caller({}, { 'educates.workshop.start': [pattern] }))).toBe(isNeeded);
});
