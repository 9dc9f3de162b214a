import { inflateSync } from 'node:zlib';
import { z } from 'zod';

const text = z.string().default('');

const runSchema = z.object({
  /** `lost`: the student's code was never reached. */
  way: z.enum(['exit', 'timeout', 'flood', 'lost']),
  code: z.int().nullable().default(null),
  signal: z.int().nullable().default(null),
  out: text,
  err: text,
  fault: z.unknown().optional(),
  isWhole: z.boolean(),
  isCut: z.boolean().default(false),
  /** SHA-256 of what was printed, without white space at the end of lines and of the text. */
  digest: z.string(),
  ms: z.number(),
});

const reportSchema = z.object({
  python: z.string(),
  platform: z.string(),
  /** Null: not run, because the time was used up. */
  runs: z.array(runSchema.nullable()),
  /** Bytes of the largest process. */
  memory: z.number(),
  graded: z
    .object({
      way: z.enum(['done', 'timeout']),
      reports: z.array(z.record(z.string(), z.unknown())),
      /** How the student's process ended, if it did before the tests were done. */
      student: z
        .object({
          code: z.int().nullable().default(null),
          signal: z.int().nullable().default(null),
          flood: z.boolean().default(false),
          violation: z.boolean().default(false),
        })
        .optional(),
      ms: z.number(),
    })
    .optional(),
});

export type HarnessReport = z.output<typeof reportSchema>;
export type HarnessRun = z.output<typeof runSchema>;

/** Largest report when unpacked: it was packed where the student's code ran. */
const maxReportBytes = 20_000_000;

/** How far the harness came. `unreadable`: it reported, but not what this version understands. */
export type HarnessState = 'not started' | 'began' | 'reported' | 'unreadable';

/** Finds the report among what a service printed, and tells a harness that was disturbed from one that never started. */
export function readReport(stdout: string, nonce: string): { report: HarnessReport | undefined; state: HarnessState } {
  const lines = stdout.split('\n').filter((line) => line.startsWith(`${nonce} `));
  const packed = lines.findLast((line) => line.trimEnd() !== `${nonce} begins`)?.slice(nonce.length + 1);
  if (packed === undefined) return { report: undefined, state: lines.length === 0 ? 'not started' : 'began' };
  try {
    return { report: reportSchema.parse(JSON.parse(unpacked(packed))), state: 'reported' };
  } catch {
    return { report: undefined, state: 'unreadable' };
  }
}

/** A short report is packed without compression, which would cost more than the rest of reading it. */
function unpacked(packed: string): string {
  const bytes = Buffer.from(packed, 'base64');
  const isPlain = bytes[0] === '{'.charCodeAt(0);
  return (isPlain ? bytes : inflateSync(bytes, { maxOutputLength: maxReportBytes })).toString();
}
