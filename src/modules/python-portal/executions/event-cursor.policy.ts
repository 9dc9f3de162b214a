import type { OutputStreamName } from '../execution/execution.model.js';

/** How much of a run's events somebody has: characters (UTF-16 units) of each output stream. */
export type EventCursor = Record<OutputStreamName, number>;

export type Output = Record<OutputStreamName, string>;

/** The id of the last event of a stream; who has it has everything. */
export const endId = 'end';

export const startOfEvents: EventCursor = { stdout: 0, stderr: 0 };

/** Event ids say how much was sent until then, so that any process can go on from there, also when the run is over. */
export const idOf = ({ stdout, stderr }: EventCursor): string => `${stdout}.${stderr}`;

/** Reads a `Last-Event-ID`. What is no id of ours starts at the beginning. */
export function parseCursor(id: string | undefined): EventCursor | typeof endId {
  if (id === endId) return endId;
  const [, stdout, stderr] = /^(\d{1,9})\.(\d{1,9})$/.exec(id ?? '') ?? [];
  return stdout === undefined ? startOfEvents : { stdout: Number(stdout), stderr: Number(stderr) };
}

/** What of the output comes after the cursor. */
export function outputSince(output: Output, cursor: EventCursor): { stream: OutputStreamName; text: string }[] {
  return (['stdout', 'stderr'] as const)
    .map((stream) => ({ stream, text: output[stream].slice(cursor[stream]) }))
    .filter(({ text }) => text !== '');
}
