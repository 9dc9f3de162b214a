import type { IntegrationEntity } from '../integrations/integration.entity.js';
import type { IntegrationType } from '../integrations/integration-type.js';

/** What JSON can hold; connectors keep their place in a source as such. */
export type Json = string | number | boolean | null | Json[] | { [member: string]: Json };

/** A record of the other system. */
export interface PulledRecord {
  /** What it is known by there: the same record has the same key in every run. */
  key: string;
  data: Record<string, unknown>;
  /** The source says that it is gone; `data` is then what is still known of it. */
  isDeleted?: boolean;
}

/** Something in the source that is no record: kept for repair, while the rest goes on. */
export interface RejectedInput {
  /** Where it stands, such as `grades.csv, line 17`; the same place in the same source is reported once. */
  position: string;
  reason: string;
  /** Its beginning, at most 2 000 characters. */
  excerpt: string;
}

/**
 * What is saved in one transaction: records, what was rejected, and the place to go on from. A connector is
 * resumed only after that commit, and may then tidy up behind itself (archive a file, say); it may have begun to read on before.
 */
export interface PulledPage {
  records: PulledRecord[];
  rejected?: RejectedInput[];
  /** Where the next page begins; given to `pull` when the run was interrupted after this page. */
  checkpoint: Json;
  /** How long the source wants to be left alone before the next page, by its rate limit headers. */
  pauseMs?: number;
}

/** The end of a pull that reached the end of its source. */
export interface PullSummary {
  /** Where the next run begins, such as the highest watermark that was seen. */
  checkpoint: Json;
  /** Whether every record of the source was in this pass, so that those which were not seen are gone. */
  isFull: boolean;
}

export interface PullContext {
  /** Where to begin: of the last page of an interrupted pass, else of the last summary; null the very first time. */
  checkpoint: Json;
  /** Whether the pass was begun by an earlier run, which was interrupted. */
  isResumed: boolean;
  /** Aborted when the run is cancelled, has lost its lease or takes too long. */
  signal: AbortSignal;
}

/** What waits to be sent to the other system: an event or a record. */
export interface OutgoingItem {
  /** Of a record its key, of an event its id. */
  key: string;
  data: Record<string, unknown>;
  isDeleted: boolean;
}

/** Items that go out together. Sent again after a crash it has the same id and the same items. */
export interface PushBatch {
  /** UUID; a receiver can tell by it that it has had the batch. */
  id: string;
  items: OutgoingItem[];
}

/** An item that the other system did not take, though it took others. */
export interface RefusedItem {
  key: string;
  reason: string;
  /** Whether sending it again as it is can help. */
  isRetryable: boolean;
}

export interface PushOutcome {
  refused: RefusedItem[];
  /** How long the other system wants to be left alone before the next batch. */
  pauseMs?: number;
}

/** One thing that a test of the connection did. */
export interface TestStep {
  /** What was done, such as `Read one record of https://sis.example.edu/api/students`. */
  did: string;
  durationMs: number;
}

/** What an integration does at its times: `pull` brings records here, `push` sends events or records there, null neither. */
export type SyncDirection = 'pull' | 'push' | null;

/**
 * Speaks with one kind of other system. It holds no state: what must last is in checkpoints, which the sync engine keeps. What it
 * cannot do it throws as a `SyncFailure`; everything else that is thrown counts as a failure of the other system.
 */
export interface Connector {
  readonly type: IntegrationType;

  /** Which way runs of this integration go. */
  directionOf(integration: IntegrationEntity): SyncDirection;

  /**
   * Proves without side effects that the other system can be reached and takes the credentials.
   *
   * @returns what was done
   */
  test(integration: IntegrationEntity, signal: AbortSignal): Promise<TestStep[]>;

  /**
   * Sends one body by the path that a push takes.
   *
   * @returns what the other system answered, as far as there is an answer
   */
  send(integration: IntegrationEntity, data: unknown, signal: AbortSignal): Promise<unknown>;

  /** Reads the source page by page from the checkpoint on. */
  pull(integration: IntegrationEntity, context: PullContext): AsyncGenerator<PulledPage, PullSummary, void>;

  /** Sends one batch; must do no harm when the same batch is sent twice. Throws when nothing of it can be said to have arrived. */
  push(integration: IntegrationEntity, batch: PushBatch, signal: AbortSignal): Promise<PushOutcome>;
}
