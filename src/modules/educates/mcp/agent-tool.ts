import type { z } from 'zod';
import type { Caller } from '../../identity/index.js';

/** Something that an agent can do for its user, with schemas of what it takes and gives. */
export interface AgentTool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  /** For the model: when to use it, and what comes of it. */
  description: string;
  input: Input;
  output: Output;
  /** What it does to the world, as the protocol tells clients. */
  annotations: { readOnlyHint: boolean; destructiveHint?: boolean; idempotentHint?: boolean };
  /** @throws AppError, whose message the model reads */
  run(caller: Caller, input: z.output<Input>): Promise<z.input<Output>>;
}

/** Keeps the types of one tool's schemas together. */
export const agentTool = <Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: AgentTool<Input, Output>,
): AgentTool => tool;
