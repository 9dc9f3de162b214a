import {
  hasEnded,
  isAlive,
  isPostgresOf,
  isServer,
  nameOfClaim,
  parseNameOfClaim,
  parseProcessStat,
  type ProcessFacts,
} from './process.policy.js';

const bootId = '1b0a4f7e-93c2-4f3e-8f6d-7c2f2c1f9a55';
const server: ProcessFacts = {
  pid: 42,
  command: 'postgres',
  state: 'S',
  startedAtTicks: 1000,
  commandLine: ['/opt/pg/bin/postgres', '-D', '/data/postgres', '-c', 'port=5432', ''],
  workingDirectory: '/data/postgres',
};

describe('parseProcessStat', () => {
  const numbers = 'S 7233 7245 7245 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 2155521 1234 99';

  it('finds the start time behind a name that tries to look like the rest', () => {
    expect(parseProcessStat(`7245 (sh) Z 1 (x) ${numbers}\n`)).toMatchObject({ command: 'sh) Z 1 (x' });
    expect(parseProcessStat(`7245 (po (st) gres) ${numbers}\n`)).toEqual({
      pid: 7245,
      command: 'po (st) gres',
      state: 'S',
      startedAtTicks: 2155521,
    });
  });
});

describe('claims', () => {
  const claimant = { pid: 42, startedAtTicks: 1000, bootId };

  it('survive being written as a file name', () => {
    expect(parseNameOfClaim(nameOfClaim(claimant))).toEqual(claimant);
    expect(['postgres.json', 'postgres.owner.x.1.a', 'postgres', '.'].map(parseNameOfClaim)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['the very process', server, bootId, true],
    ['no process', undefined, bootId, false],
    ['another process with the same pid', { ...server, startedAtTicks: 1001 }, bootId, false],
    ['what has ended and was not yet waited for', { ...server, state: 'Z' }, bootId, false],
    ['a process with the same numbers after the machine was started again', server, 'another-boot', false],
  ])('are held by %s: %#', (_, current, currentBootId, expected) => {
    expect(isAlive(claimant, current, currentBootId)).toBe(expected);
  });
});

describe('isPostgresOf', () => {
  it.each<[string, Partial<ProcessFacts>, boolean]>([
    ['the server', {}, true],
    ['a backend', { commandLine: ['postgres: checkpointer '] }, true],
    ['the server where we may not look at its directory', { workingDirectory: undefined }, true],
    ['a server of another cluster', { workingDirectory: '/data/postgres2' }, false],
    [
      'another server where we may not look',
      { workingDirectory: undefined, commandLine: ['postgres', '-D', '/x'] },
      false,
    ],
    ['a person looking around', { command: 'bash', commandLine: ['bash'] }, false],
    ['a server that has ended', { state: 'Z' }, false],
    ['a program that names itself so', { workingDirectory: undefined, commandLine: ['/data/postgres'] }, false],
  ])('decides for %s', (_, difference, expected) => {
    expect(isPostgresOf('/data/postgres', { ...server, ...difference })).toBe(expected);
  });
});

describe('isServer', () => {
  it('knows the server from its backends', () => {
    expect(isServer(server)).toBe(true);
    expect(isServer({ ...server, commandLine: ['postgres: lyceum lyceum 127.0.0.1(5000) idle', ''] })).toBe(false);
    expect(isServer({ ...server, commandLine: [] })).toBe(false);
  });
});

describe('hasEnded', () => {
  it('counts the dead that are still in the table', () => {
    expect(['R', 'S', 'D', 'T', 'Z', 'X'].map((state) => hasEnded({ state }))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});
