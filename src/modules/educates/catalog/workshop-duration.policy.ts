/** Longer texts are no durations. */
const maxChars = 40;
const pattern =
  /^(?:(\d+)\s*d(?:ays?)?)?\s*(?:(\d+)\s*h(?:(?:ou)?rs?)?)?\s*(?:(\d+)\s*m(?:in(?:ute)?s?)?)?\s*(?:(\d+)\s*s(?:ec(?:ond)?s?)?)?$/;

/**
 * How long a workshop says that it takes. Portals have only a text for people: `45m`, `1h 30m`, `90 minutes`.
 *
 * @returns minutes; null when the text is something else
 */
export function minutesOf(duration: string): number | null {
  const text = duration.trim().toLowerCase();
  if (text === '' || text.length > maxChars) return null;
  const match = pattern.exec(text);
  if (match === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return days * 1440 + hours * 60 + minutes + seconds / 60;
}
