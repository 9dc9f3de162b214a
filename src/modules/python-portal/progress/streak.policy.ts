/** A calendar day such as `2026-11-20`. */
export type Day = string;

const dayMs = 86_400_000;

/** Gives the day that a moment falls on in a time zone; whether clocks are put forward or back there does not matter. */
export function dayIn(timeZone: string): (moment: Date) => Day {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (moment) => {
    // In American order; `formatToParts` takes more than twice as long, and a year has many moments.
    const [month, day, year] = format.format(moment).split('/');
    return `${year}-${month}-${day}`;
  };
}

export interface Streaks {
  /** Days in a row up to today, or up to yesterday while today can still be saved. */
  current: number;
  longest: number;
  activeDays: number;
  lastActiveDay: Day | null;
}

/** Streaks from the set of active days alone, so an event that arrives late fills its gap. Days after today are not counted. */
export function streaksOf(days: Iterable<Day>, today: Day): Streaks {
  const active = [...new Set(days)].filter((day) => day <= today).toSorted();
  let longest = 0;
  let run = 0;
  let previous: Day | undefined;
  for (const day of active) {
    run = previous !== undefined && dayAfter(previous) === day ? run + 1 : 1;
    longest = Math.max(longest, run);
    previous = day;
  }
  const isUnbroken = previous !== undefined && (previous === today || dayAfter(previous) === today);
  return {
    current: isUnbroken ? run : 0,
    longest,
    activeDays: active.length,
    lastActiveDay: previous ?? null,
  };
}

/** By the calendar, which knows no hours. */
function dayAfter(day: Day): Day {
  return new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);
}
