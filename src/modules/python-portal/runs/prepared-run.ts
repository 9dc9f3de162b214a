import type { Requester } from '../execution/admission/fair-queue.policy.js';
import type { ExecutionRequest } from '../execution/execution.model.js';

/** A request that was found good, with everything that is needed to run and count it. */
export interface PreparedRun {
  execution: ExecutionRequest;
  requester: Requester;
  isGraded: boolean;
  /** The exercise whose own tests are run. */
  exerciseId: string | undefined;
  /** For whom the result counts. */
  userId: string | null;
  /** Run it even if the result of an identical run is known. */
  isFresh: boolean;
}
