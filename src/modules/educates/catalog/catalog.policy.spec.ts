import type { OfferedWorkshop, PortalCatalog, WorkshopDescription } from '../client/training-portal.model.js';
import { mergeCatalogs, searchCatalog, type CatalogFilter } from './catalog.policy.js';

const description = { description: '', vendor: '', authors: [], logo: '', url: '' };

function offered(
  name: string,
  fields: Partial<Omit<OfferedWorkshop, 'about'> & WorkshopDescription> = {},
): OfferedWorkshop {
  const { title = name, tags = [], difficulty = 'beginner', duration = '', labels = {}, ...usage } = fields;
  return {
    about: { name, title, tags, difficulty, duration, labels, ...description },
    environment: `${name}-w01`,
    capacity: 10,
    allocated: 4,
    ready: 1,
    sessionSeconds: 3600,
    extra: {},
    ...usage,
  };
}

const catalog = (workshops: OfferedWorkshop[], fields: Partial<PortalCatalog> = {}): PortalCatalog => ({
  portalUid: 'uid',
  maximum: null,
  allocated: 4,
  maximumPerUser: null,
  workshops,
  ...fields,
});

describe('mergeCatalogs', () => {
  it('lists a workshop once, with every portal that offers it', () => {
    const merged = mergeCatalogs([
      { portal: 'a', catalog: catalog([offered('git', { title: 'Git' }), offered('vim')]) },
      { portal: 'b', catalog: catalog([offered('git', { title: 'Other title', capacity: 5 })]) },
    ]);
    expect(merged.map(({ name, title, free }) => [name, title, free])).toEqual([
      ['git', 'Git', 7],
      ['vim', 'vim', 6],
    ]);
    expect(merged[0]?.offers).toMatchObject([
      { portal: 'a', free: 6 },
      { portal: 'b', free: 1 },
    ]);
  });

  it("counts no more places than the portal's limit leaves, and never less than none", () => {
    const [workshop] = mergeCatalogs([
      { portal: 'a', catalog: catalog([offered('git')], { maximum: 6 }) },
      { portal: 'b', catalog: catalog([offered('git', { allocated: 12 })]) },
    ]);
    expect(workshop?.offers.map(({ free }) => free)).toEqual([2, 0]);
  });
});

describe('searchCatalog', () => {
  const workshops = mergeCatalogs([
    {
      portal: 'a',
      catalog: catalog([
        offered('git', { title: 'First commit', tags: ['Versions'], duration: '45m', labels: { level: '101' } }),
        offered('vim', { difficulty: 'Advanced', duration: '2h', labels: { level: '201' } }),
      ]),
    },
    { portal: 'b', catalog: catalog([offered('k8s', { title: 'Pods & more' })]) },
  ]);

  it.each<[CatalogFilter, string[]]>([
    [{}, ['git', 'vim', 'k8s']],
    [{ text: 'COMMIT git' }, ['git']],
    [{ text: 'commit vim' }, []],
    [{ text: 'versions' }, ['git']],
    [{ text: '  ' }, ['git', 'vim', 'k8s']],
    [{ tag: 'versions' }, ['git']],
    [{ tag: 'version' }, []],
    [{ difficulty: 'advanced' }, ['vim']],
    [{ labels: [{ key: 'level' }] }, ['git', 'vim']],
    [{ labels: [{ key: 'level', value: '101' }] }, ['git']],
    [{ labels: [{ key: 'level', value: '101' }, { key: 'toString' }] }, []],
    [{ maxMinutes: 45 }, ['git']],
    [{ maxMinutes: 120 }, ['git', 'vim']],
    [{ minFree: 6 }, ['git', 'vim', 'k8s']],
    [{ minFree: 7 }, []],
    [{ minFree: 1, portal: 'b' }, ['k8s']],
    [{ portal: 'b' }, ['k8s']],
    [{ portal: 'c' }, []],
    [{ text: '.*' }, []],
  ])('finds by %j', (filter, names) => {
    expect(searchCatalog(workshops, filter).map(({ name }) => name)).toEqual(names);
  });
});
