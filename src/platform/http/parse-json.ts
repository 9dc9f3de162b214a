import secureJson from 'secure-json-parse';
import { AppError } from '../errors/app-error.js';
import { isNestedDeeperThan } from './json-nesting.policy.js';

/**
 * Parses JSON that somebody sent. Keys that would change prototypes (`__proto__`, `constructor.prototype`) are refused.
 *
 * @throws AppError `request.invalid-json` or `request.json-too-deep` (both bad-request)
 */
export function parseJson(text: string, depthLimit: number): unknown {
  if (isNestedDeeperThan(text, depthLimit)) {
    const message = `The JSON is nested deeper than ${depthLimit} levels; send a flatter document`;
    throw new AppError('bad-request', 'request.json-too-deep', message);
  }
  try {
    return secureJson.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('bad-request', 'request.invalid-json', 'Invalid JSON in request body', { cause });
  }
}
