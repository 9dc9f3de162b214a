import { canSearch, findBarrier, findThreat, type DirectoryFacts } from './reach.policy.js';

const postgres = { uid: 101, gid: 104 };
const directory = (path: string, mode: number, uid = 0, gid = 0): DirectoryFacts => ({ path, mode, uid, gid });

describe('canSearch', () => {
  it.each([
    ['open to all', directory('/srv', 0o755), true],
    ['only to pass through', directory('/srv', 0o711), true],
    ['readable, but not to be passed', directory('/srv', 0o744), false],
    ['only for root', directory('/root', 0o700), false],
    ['its own', directory('/mine', 0o700, 101, 104), true],
    ['its own, closed to itself although open to others', directory('/mine', 0o077, 101, 104), false],
    ['of its group', directory('/ours', 0o710, 0, 104), true],
    ['closed to its group although open to others', directory('/ours', 0o701, 0, 104), false],
    ['of another group', directory('/theirs', 0o770, 0, 50), false],
    ['with bits above the permissions', directory('/tmp', 0o1777), true],
  ])('decides for a directory that is %s', (_, facts, expected) => {
    expect(canSearch(facts, postgres)).toBe(expected);
  });
});

describe('findBarrier', () => {
  it('names the first step that cannot be passed', () => {
    const way = [directory('/', 0o755), directory('/root', 0o700), directory('/root/x', 0o700)];
    expect(findBarrier(way, postgres)?.path).toBe('/root');
    expect(findBarrier(way.slice(0, 1), postgres)).toBeUndefined();
  });
});

describe('findThreat', () => {
  const trusted = [0, postgres.uid];

  it.each([
    ['belongs to somebody else', directory('/home/mallory', 0o755, 1000, 1000)],
    ['belongs to somebody else, who could take back the sticky bit', directory('/shared', 0o1777, 1000)],
    ['may be changed by all', directory('/shared', 0o777)],
    ['may be changed by a group', directory('/staff', 0o775, 0, 50)],
  ])('sees a directory that %s', (_, facts) => {
    expect(findThreat([directory('/', 0o755), facts], trusted)).toBe(facts);
  });

  it('trusts root, the account, the group of root, and sticky directories', () => {
    const way = [
      directory('/', 0o755),
      directory('/tmp', 0o1777),
      directory('/tmp/a', 0o775, 0, 0),
      directory('/tmp/a/b', 0o700, postgres.uid, postgres.gid),
    ];
    expect(findThreat(way, trusted)).toBeUndefined();
    expect(findThreat(way, [0])?.path).toBe('/tmp/a/b');
  });
});
