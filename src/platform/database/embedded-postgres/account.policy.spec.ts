import { accountOfOwner, chooseUnprivilegedAccount, parsePasswd } from './account.policy.js';

const passwd = `root:x:0:0:root:/root:/bin/bash
# a comment
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
broken:x:twelve:12::/:
nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin
`;

describe('parsePasswd', () => {
  it('reads name, uid and gid, and leaves out what is no account', () => {
    expect(parsePasswd(passwd)).toEqual([
      { name: 'root', uid: 0, gid: 0 },
      { name: 'daemon', uid: 1, gid: 1 },
      { name: 'postgres', uid: 101, gid: 104 },
      { name: 'nobody', uid: 65534, gid: 65533 },
    ]);
    expect(parsePasswd('')).toEqual([]);
  });
});

describe('chooseUnprivilegedAccount', () => {
  it('prefers postgres to nobody', () => {
    const accounts = parsePasswd(passwd);
    expect(chooseUnprivilegedAccount(accounts)?.name).toBe('postgres');
    expect(chooseUnprivilegedAccount(accounts.toReversed())?.name).toBe('postgres');
    expect(chooseUnprivilegedAccount(accounts.filter(({ name }) => name !== 'postgres'))?.name).toBe('nobody');
  });

  it('never takes a second name of root, nor an account that may be a person', () => {
    const accounts = [
      { name: 'postgres', uid: 0, gid: 0 },
      { name: 'alice', uid: 1000, gid: 1000 },
    ];
    expect(chooseUnprivilegedAccount(accounts)).toBeUndefined();
  });
});

describe('accountOfOwner', () => {
  it('names the owner, by number when nobody knows it', () => {
    const accounts = parsePasswd(passwd);
    expect(accountOfOwner({ uid: 101, gid: 7 }, accounts)).toEqual({ name: 'postgres', uid: 101, gid: 7 });
    expect(accountOfOwner({ uid: 4711, gid: 7 }, accounts)).toEqual({ name: 'uid 4711', uid: 4711, gid: 7 });
  });
});
