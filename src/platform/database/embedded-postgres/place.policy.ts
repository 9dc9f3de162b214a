import { createHash } from 'node:crypto';
import path from 'node:path';

/** A directory in which the cluster may lie, in order of preference. */
export interface Candidate {
  directory: string;
  /** Below a directory of the system (`/var/lib/lyceum`) and not in Lyceum's own data directory. */
  isOutside: boolean;
  content: 'absent' | 'empty' | 'cluster' | 'something else';
  /** Why PostgreSQL cannot or must not use it; undefined when it can. A clause that fits behind "because". */
  obstacle?: string | undefined;
}

export type PlaceDecision =
  /** The cluster is there. */
  | { kind: 'use'; candidate: Candidate }
  /** No cluster yet: create it in the first of these that can be written, after moving `setAside` out of the way. */
  | { kind: 'create'; candidates: Candidate[]; setAside?: Candidate }
  | { kind: 'refuse'; refusal: 'unusable' | 'not-a-cluster'; candidate: Candidate }
  | { kind: 'refuse'; refusal: 'recorded-elsewhere'; recorded: string; expected: string }
  | { kind: 'refuse'; refusal: 'recorded-is-gone'; recorded: string }
  | { kind: 'refuse'; refusal: 'no-place' };

/** What an earlier start wrote down in the data directory. */
export interface RecordedPlace {
  clusterDirectory: string;
  isStillThere: boolean;
}

/** The cluster that belongs to the data directory: the recorded one if it is among the candidates, else the first there is. */
export function findCluster(candidates: Candidate[], recorded: RecordedPlace | undefined): Candidate | undefined {
  const clusters = candidates.filter(({ content }) => content === 'cluster');
  return clusters.find(({ directory }) => directory === recorded?.clusterDirectory) ?? clusters[0];
}

/**
 * Where the cluster is or has to go. Data that exists is never passed over for an empty place: what cannot be used is refused.
 *
 * One thing looks like existing data and is not: a cluster outside the data directory that the data directory knows nothing
 * about. Somebody deleted the data directory to start afresh, so it is set aside, not deleted.
 */
export function decidePlace(candidates: Candidate[], recorded: RecordedPlace | undefined): PlaceDecision {
  const free = candidates.filter(
    ({ content, obstacle }) => (content === 'absent' || content === 'empty') && obstacle === undefined,
  );
  const cluster = findCluster(candidates, recorded);
  if (cluster?.obstacle !== undefined) return { kind: 'refuse', refusal: 'unusable', candidate: cluster };
  if (cluster?.isOutside && !recorded) return { kind: 'create', candidates: [cluster, ...free], setAside: cluster };
  if (cluster) return { kind: 'use', candidate: cluster };

  if (recorded) {
    const place = candidates.find(({ directory }) => directory === recorded.clusterDirectory);
    if (!place && recorded.isStillThere) {
      const expected = (free[0] ?? candidates[0])?.directory ?? '';
      return { kind: 'refuse', refusal: 'recorded-elsewhere', recorded: recorded.clusterDirectory, expected };
    }
    // Perhaps a disk that is not mounted; in the data directory itself it was deleted by hand.
    if (place?.isOutside) return { kind: 'refuse', refusal: 'recorded-is-gone', recorded: recorded.clusterDirectory };
  }
  const occupied = candidates.find(({ content }) => content === 'something else');
  if (occupied) return { kind: 'refuse', refusal: 'not-a-cluster', candidate: occupied };
  return free.length > 0 ? { kind: 'create', candidates: free } : { kind: 'refuse', refusal: 'no-place' };
}

/**
 * A name for the cluster of a data directory: the same at every start, different for every data directory, and telling to a
 * person who finds it (`srv-school-data-3f2a…`).
 *
 * @param dataDirectory its real path
 */
export function nameOfCluster(dataDirectory: string): string {
  const lastParts = dataDirectory.split(path.sep).slice(-2).join('-');
  const slug = lastParts
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  const hash = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16);
  return slug === '' ? hash : `${slug}-${hash}`;
}

/**
 * PostgreSQL holds paths in buffers of 1024 bytes (MAXPGPATH) and puts names of its own behind the directory; a longer path
 * would be cut off in silence.
 */
export const maxPathBytes = 900;

/** Why PostgreSQL could not work at this path, as a clause behind "because"; undefined when it can. */
export function findFaultOfPath(directory: string): string | undefined {
  const bytes = Buffer.byteLength(directory);
  if (bytes > maxPathBytes) return `its path is ${bytes} bytes long and PostgreSQL takes at most ${maxPathBytes}`;
  // postmaster.pid has one value a line, and initdb refuses such names in the commands it runs.
  if (/[\n\r]/.test(directory)) return 'its path holds a line break';
  return undefined;
}
