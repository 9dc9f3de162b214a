import {
  decidePlace,
  findFaultOfPath,
  maxPathBytes,
  nameOfCluster,
  type Candidate,
  type PlaceDecision,
} from './place.policy.js';

const inside = (content: Candidate['content'], obstacle?: string): Candidate => ({
  directory: '/data/postgres',
  isOutside: false,
  content,
  obstacle,
});
const outside = (content: Candidate['content'], obstacle?: string): Candidate => ({
  directory: '/var/lib/lyceum/data-1',
  isOutside: true,
  content,
  obstacle,
});
const record = (clusterDirectory: string, isStillThere = true) => ({ clusterDirectory, isStillThere });

/** The decision in short: what happens, and where. */
function inShort(decision: PlaceDecision): string {
  switch (decision.kind) {
    case 'use':
      return `use ${decision.candidate.directory}`;
    case 'create':
      return `create ${decision.candidates[0]?.directory}${decision.setAside ? ' after setting aside' : ''}`;
    case 'refuse':
      return decision.refusal;
  }
}

describe('decidePlace', () => {
  it.each<[string, Candidate[], ReturnType<typeof record> | undefined, string]>([
    ['nothing there yet', [inside('absent'), outside('absent')], undefined, 'create /data/postgres'],
    ['an empty directory', [inside('empty')], undefined, 'create /data/postgres'],
    [
      'the account cannot come in',
      [inside('absent', 'closed'), outside('absent')],
      undefined,
      'create /var/lib/lyceum/data-1',
    ],
    ['data inside', [inside('cluster'), outside('absent')], record('/data/postgres'), 'use /data/postgres'],
    ['data inside, no record', [inside('cluster'), outside('absent')], undefined, 'use /data/postgres'],
    [
      'data inside, moved with its directory',
      [inside('cluster')],
      record('/old/postgres', false),
      'use /data/postgres',
    ],
    [
      'data outside',
      [inside('absent', 'closed'), outside('cluster')],
      record('/var/lib/lyceum/data-1'),
      'use /var/lib/lyceum/data-1',
    ],
    [
      'data outside, and now there is a way in',
      [inside('absent'), outside('cluster')],
      record('/var/lib/lyceum/data-1'),
      'use /var/lib/lyceum/data-1',
    ],
    [
      'two, of which the record knows one',
      [inside('cluster'), outside('cluster')],
      record('/var/lib/lyceum/data-1'),
      'use /var/lib/lyceum/data-1',
    ],
    [
      'data brought from elsewhere by hand',
      [inside('absent', 'closed'), outside('cluster')],
      record('/old', false),
      'use /var/lib/lyceum/data-1',
    ],
    [
      'data that a new data directory knows nothing of',
      [inside('absent', 'closed'), outside('cluster')],
      undefined,
      'create /var/lib/lyceum/data-1 after setting aside',
    ],
    ['data inside deleted by hand', [inside('absent')], record('/data/postgres', false), 'create /data/postgres'],
    [
      'data outside gone',
      [inside('absent', 'closed'), outside('absent')],
      record('/var/lib/lyceum/data-1', false),
      'recorded-is-gone',
    ],
    [
      'data inside that is out of reach',
      [inside('cluster', 'closed'), outside('absent')],
      record('/data/postgres'),
      'unusable',
    ],
    ['data outside that others could exchange', [inside('absent'), outside('cluster', 'open')], undefined, 'unusable'],
    ['data where only root looks for it', [inside('absent')], record('/var/lib/lyceum/data-1'), 'recorded-elsewhere'],
    ['something else in the place', [inside('something else'), outside('absent')], undefined, 'not-a-cluster'],
    ['no place at all', [inside('absent', 'closed'), outside('absent', 'open')], undefined, 'no-place'],
  ])('%s', (_, candidates, recorded, expected) => {
    expect(inShort(decidePlace(candidates, recorded))).toBe(expected);
  });
});

describe('nameOfCluster', () => {
  it('is steady, telling, safe as a file name, and different for every data directory', () => {
    expect(nameOfCluster('/srv/school/.data')).toBe(nameOfCluster('/srv/school/.data'));
    expect(nameOfCluster('/srv/school/.data')).toMatch(/^school-data-[0-9a-f]{16}$/);
    expect(nameOfCluster('/a/b/c')).not.toBe(nameOfCluster('/x/b/c'));
    expect(nameOfCluster('/学校/../')).toMatch(/^[0-9a-f]{16}$/);
    expect(nameOfCluster(`/${'x'.repeat(300)}/data`).length).toBeLessThan(60);
  });
});

describe('findFaultOfPath', () => {
  it('counts bytes, not characters', () => {
    const longest = `/${'ä'.repeat((maxPathBytes - 2) / 2)}x`;
    expect(findFaultOfPath(longest)).toBeUndefined();
    expect(findFaultOfPath(`${longest}y`)).toContain(`${maxPathBytes + 1} bytes`);
  });

  it('refuses line breaks and nothing else', () => {
    expect(findFaultOfPath('/data/a\nb')).toContain('line break');
    expect(findFaultOfPath(`/data/it's "a" $(place) ü`)).toBeUndefined();
  });
});
