/** The operating-system account that PostgreSQL runs as. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root; these accounts exist nearly everywhere and own little or nothing else. */
const unprivilegedNames = ['postgres', 'nobody'];

/** The accounts of a passwd file (passwd(5), `name:password:uid:gid:…`); lines that are not of this form are left out. */
export function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** The account that PostgreSQL runs as when Lyceum itself is root; undefined when the machine has none that is fit. */
export function chooseUnprivilegedAccount(accounts: Account[]): Account | undefined {
  return unprivilegedNames
    .map((wanted) => accounts.find(({ name, uid }) => name === wanted && uid !== 0))
    .find((account) => account !== undefined);
}

/** The account with these ids; one that the passwd file does not know is called by its number. */
export function accountOfOwner({ uid, gid }: { uid: number; gid: number }, accounts: Account[]): Account {
  return { name: accounts.find((account) => account.uid === uid)?.name ?? `uid ${uid}`, uid, gid };
}
