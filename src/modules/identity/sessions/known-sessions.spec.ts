import type { Database, Transaction } from '../../../platform/database/database.js';
import type { DatabaseUse } from '../../../platform/database/database-use.js';
import type { Broadcast, BroadcastListener } from '../../../platform/redis/broadcast.js';
import { KnownSessions } from './known-sessions.js';

const ada = { userId: 'ada', sessionId: 'a', role: 'student', actor: 'user:ada' } as const;
const bob = { userId: 'bob', sessionId: 'b', role: 'student', actor: 'user:bob' } as const;
const minute = 60_000;

describe('KnownSessions', () => {
  let listener: BroadcastListener;
  let isHearing: boolean;
  let use: DatabaseUse;
  let published: string[];
  let commit: () => Promise<void>;
  let sessions: KnownSessions;

  beforeEach(() => {
    isHearing = true;
    use = 'shared';
    published = [];
    commit = () => Promise.resolve();
    const broadcast = {
      get isHearing() {
        return isHearing;
      },
      listen: (_: string, given: BroadcastListener) => (listener = given),
      publish: (_: string, message: string) => Promise.resolve(published.push(message) > 0),
    };
    const database = {
      get use() {
        return use;
      },
      onCommit: (_: Transaction, followUp: () => Promise<void>) => (commit = followUp),
    };
    sessions = new KnownSessions(database as unknown as Database, broadcast as unknown as Broadcast);
  });

  const tx = {} as Transaction;
  const remember = (caller: typeof ada | typeof bob, msLeft = minute) => sessions.beginToRead()(caller, msLeft);
  const known = () => [sessions.find('a'), sessions.find('b')].map((caller) => caller?.userId);

  it('knows what was read, by session', () => {
    expect(known()).toEqual([undefined, undefined]);
    remember(ada);
    remember(bob);
    expect(known()).toEqual(['ada', 'bob']);
  });

  it('drops a user when the change has committed, not before, and tells the others', async () => {
    remember(ada);
    remember(bob);
    sessions.forgetOnCommit(tx, ['ada']);
    expect(known()).toEqual(['ada', 'bob']);
    await commit();
    expect(known()).toEqual([undefined, 'bob']);
    expect(published).toEqual(['["ada"]']);
  });

  it('drops whom another process names, and everybody after a gap', () => {
    remember(ada);
    remember(bob);
    listener.onMessage('["bob","carl"]');
    expect(known()).toEqual(['ada', undefined]);
    listener.onGap();
    expect(known()).toEqual([undefined, undefined]);
  });

  it.each<[string, () => unknown]>([
    ['a message', () => listener.onMessage('["ada"]')],
    ['a gap', () => listener.onGap()],
    [
      'a change here',
      () => {
        sessions.forgetOnCommit(tx, ['ada']);
        return commit();
      },
    ],
  ])('does not believe what was being read when there was %s', async (_, happens) => {
    const rememberLate = sessions.beginToRead();
    await happens();
    rememberLate(ada, minute);
    expect(known()).toEqual([undefined, undefined]);
  });

  it('neither knows nor remembers anything while it does not hear', () => {
    remember(ada);
    isHearing = false;
    expect(known()).toEqual([undefined, undefined]);
    remember(bob);
    isHearing = true;
    expect(known()).toEqual(['ada', undefined]);
  });

  it('hears everything where there is no other process', async () => {
    [isHearing, use] = [false, 'alone'];
    remember(ada);
    remember(bob);
    expect(known()).toEqual(['ada', 'bob']);
    sessions.forgetOnCommit(tx, ['ada']);
    await commit();
    expect(known()).toEqual([undefined, 'bob']);
  });

  it('lets a command wait until the process beside it knows nothing from before', async () => {
    jest.useFakeTimers();
    try {
      use = 'beside';
      let isDone = false;
      sessions.forgetOnCommit(tx, ['ada']);
      const done = commit().then(() => (isDone = true));
      await jest.advanceTimersByTimeAsync(1_999);
      expect(isDone).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      await done;
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not outlive the session', () => {
    remember(ada, 0);
    expect(known()).toEqual([undefined, undefined]);
  });
});
