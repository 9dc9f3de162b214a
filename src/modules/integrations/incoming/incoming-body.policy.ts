import { isUtf8 } from 'node:buffer';
import { isNestedDeeperThan } from '../../../platform/http/json-nesting.policy.js';

/** Larger bodies stay with the request and are not copied into its event. */
export const maxEventBodyBytes = 65_536;
const maxDepth = 64;

/** A body as it goes into an event. */
export interface DescribedBody {
  body: unknown;
  isBodyIncluded: boolean;
}

/** Parsed when it is JSON, whatever its media type says; else text, else left out. */
export function describeBody(bytes: Buffer): DescribedBody {
  if (bytes.length > maxEventBodyBytes || !isUtf8(bytes)) return { body: null, isBodyIncluded: false };
  const text = bytes.toString('utf8');
  return { body: storableValue(parsed(text)), isBodyIncluded: true };
}

function parsed(text: string): unknown {
  if (isNestedDeeperThan(text, maxDepth)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Postgres' jsonb takes neither U+0000 nor a lone surrogate; JSON has both. */
export function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storableText(key), storableValue(member)]));
}

function storableText(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
}
