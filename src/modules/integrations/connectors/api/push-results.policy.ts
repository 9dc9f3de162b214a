import type { OutgoingItem, RefusedItem } from '../connector.js';
import { valueAtPath } from './json-path.js';
import type { PushSettings } from './push-settings.js';

const maxReasonChars = 500;
const goodWords = /^(ok|okay|success|successful|succeeded|created|updated|accepted|unchanged|deleted|done|true)$/i;

/** A request that was throttled, or broke, may be good the next time. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** The items of a batch that an answer says were not taken; what it does not mention was. */
export function refusedIn(answer: unknown, items: OutgoingItem[], settings: PushSettings): RefusedItem[] {
  const results = settings.resultsPath === undefined ? undefined : valueAtPath(answer, settings.resultsPath);
  if (!Array.isArray(results)) return [];
  const keys = new Set(items.map(({ key }) => key));
  const refused = results.flatMap((result, index): RefusedItem[] => {
    const given = valueAtPath(result, settings.keyField);
    const isNamed = typeof given === 'string' || typeof given === 'number';
    const key = isNamed ? String(given) : results.length === items.length ? items[index]?.key : undefined;
    const problem = key !== undefined && keys.has(key) ? problemWith(result, settings) : undefined;
    return key === undefined || problem === undefined ? [] : [{ key, ...problem }];
  });
  return [...new Map(refused.map((item) => [item.key, item])).values()];
}

function problemWith(result: unknown, { statusField, errorField }: PushSettings): Omit<RefusedItem, 'key'> | undefined {
  const status = valueAtPath(result, statusField);
  const error = valueAtPath(result, errorField);
  const number = typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : status;
  if (typeof number === 'number') {
    return number >= 400
      ? { reason: reasonOf(error, `status ${number}`), isRetryable: isRetryableStatus(number) }
      : undefined;
  }
  const isGood = status === true || (typeof status === 'string' && goodWords.test(status));
  const isUnsaid = status === undefined || status === null;
  const hasError = error !== undefined && error !== null && error !== false && error !== '';
  if (isGood || (isUnsaid && !hasError)) return undefined;
  return { reason: reasonOf(error, `status ${String(status).slice(0, 100)}`), isRetryable: false };
}

function reasonOf(error: unknown, otherwise: string): string {
  const text = typeof error === 'string' ? error : error === undefined ? '' : JSON.stringify(error);
  return (text === '' || text === 'null' ? otherwise : text).slice(0, maxReasonChars);
}
