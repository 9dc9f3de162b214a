import type { WatermarkSettings } from './pull-settings.js';

/** The value of a watermark field, as it came. */
export type Watermark = string | number;

const overlapSeconds = 60;
const overlapNumber = 1;
/** A day, or a day and a time, with or without a zone. */
const timeForm = /^(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Undefined for what is no watermark. */
export function watermarkIn(value: unknown): Watermark | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : undefined;
}

/** The higher of two: by time, by number, or else by the order of text. */
export function higherOf(known: Watermark | null, found: Watermark): Watermark {
  if (known === null) return found;
  const [a, b] = [orderOf(known), orderOf(found)];
  if (a === undefined || b === undefined || a === b) return String(found) > String(known) ? found : known;
  return b > a ? found : known;
}

/** What a run asks for that begins at a watermark. */
export function parameterFor(since: Watermark, settings: WatermarkSettings): string {
  const { format, overlap } = settings;
  const unitMs = typeof since === 'number' ? unitOf(format) : undefined;
  if (typeof since === 'number' && unitMs === undefined) return String(since - (overlap ?? overlapNumber));
  const timeMs = typeof since === 'number' ? since * (unitMs ?? 1) : timeOf(since);
  if (timeMs === undefined) return withoutOverlap(since, overlap);
  return formatted(new Date(timeMs - (overlap ?? overlapSeconds) * 1000), String(since), format);
}

/** Numbers that were sent as text, and text that has an order of its own. */
function withoutOverlap(since: Watermark, overlap: number | undefined): string {
  const number = Number(since);
  return /^\d{1,15}$/.test(String(since)) ? String(number - (overlap ?? overlapNumber)) : String(since);
}

function formatted(time: Date, like: string, format: WatermarkSettings['format']): string {
  if (Number.isNaN(time.getTime())) return like;
  if (format === 'unix-seconds') return String(Math.floor(time.getTime() / 1000));
  if (format === 'unix-milliseconds') return String(time.getTime());
  const iso = time.toISOString();
  if (format === 'iso') return iso;
  const [, , separator, , zone] = timeForm.exec(like) ?? [];
  if (format === 'date' || separator === undefined) return iso.slice(0, 10);
  const local = `${iso.slice(0, 10)}${separator}${iso.slice(11, 23)}`;
  return zone === undefined ? local.slice(0, 19) : `${local}Z`;
}

function unitOf(format: WatermarkSettings['format']): number | undefined {
  if (format === undefined) return undefined;
  return format === 'unix-milliseconds' ? 1 : 1000;
}

/** A number by which watermarks of one kind are in order. */
function orderOf(value: Watermark): number | undefined {
  if (typeof value === 'number') return value;
  return timeOf(value) ?? (/^-?\d{1,15}(\.\d+)?$/.test(value) ? Number(value) : undefined);
}

/** A time without a zone is taken for UTC: what counts is that all are taken for the same. */
function timeOf(text: string): number | undefined {
  const found = timeForm.exec(text);
  if (found === null) return undefined;
  const [, day, , time = '00:00', zone = 'Z'] = found;
  const timeMs = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
