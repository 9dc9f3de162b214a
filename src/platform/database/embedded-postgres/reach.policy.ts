/** What decides who may pass through a directory and who may change what lies in it. */
export interface DirectoryFacts {
  path: string;
  uid: number;
  gid: number;
  /** Permission bits with set-user-id, set-group-id and sticky bit: the low twelve bits of `st_mode`. */
  mode: number;
}

const sticky = 0o1000;
const groupWrite = 0o020;
const otherWrite = 0o002;

/**
 * Whether the account, with no other groups than its own, has search permission on the directory. POSIX takes the first class
 * that fits, owner before group before others, so an owner without permission is refused although others have it. Access
 * control lists are not seen: an entry that grants more only costs a copy, one that denies shows in PostgreSQL's own error.
 */
export function canSearch(directory: DirectoryFacts, account: { uid: number; gid: number }): boolean {
  const shift = directory.uid === account.uid ? 6 : directory.gid === account.gid ? 3 : 0;
  return ((directory.mode >> shift) & 1) === 1;
}

/** The first directory on the way, from `/` downwards, that the account cannot pass. */
export function findBarrier(way: DirectoryFacts[], account: { uid: number; gid: number }): DirectoryFacts | undefined {
  return way.find((directory) => !canSearch(directory, account));
}

/**
 * The first directory on the way in which somebody other than the trusted users could put something else in the place of the
 * next step, so that root must not create or read anything below it. In a sticky directory (`/tmp`) only the owner of an entry
 * may replace it, and the owner of the next step is looked at in turn.
 */
export function findThreat(way: DirectoryFacts[], trustedUids: number[]): DirectoryFacts | undefined {
  return way.find(({ uid, gid, mode }) => {
    const isWritableByOthers = (mode & otherWrite) !== 0 || ((mode & groupWrite) !== 0 && gid !== 0);
    return !trustedUids.includes(uid) || (isWritableByOthers && (mode & sticky) === 0);
  });
}
