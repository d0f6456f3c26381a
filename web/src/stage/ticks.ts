/**
 * Round times for axes: the instants to mark between two times, and how to write them. Times are UTC, as everywhere in the lab.
 */

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * day),
];

export interface Tick {
  at: number;
  text: string;
}

/** At most so many round times from `from` to `to`. */
export function timeTicks(from: number, to: number, most: number): Tick[] {
  const wanted = (to - from) / Math.max(1, most);
  const step =
    steps.find((step) => step >= wanted) ??
    Math.ceil(wanted / (364 * day)) * 364 * day;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step)
    ticks.push({ at, text: formatTime(at, step) });
  return ticks;
}

/** At most so many round numbers from `from` to `to`. */
export function stepTicks(from: number, to: number, most: number): Tick[] {
  const wanted = Math.max(1, (to - from) / Math.max(1, most));
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step =
    [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wanted) ?? wanted;
  const ticks: Tick[] = [];
  // Steps are counted from 1 where people read them.
  for (
    let number = Math.max(step, Math.ceil((from + 1) / step) * step);
    number <= to + 1;
    number += step
  )
    ticks.push({ at: number - 1, text: `step ${number}` });
  return ticks;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** An instant, as exactly as instants this far apart need it. */
export function formatTime(ms: number, apart: number): string {
  // Near the epoch, a moment before it; as the core writes it.
  if (ms < 0 && ms > -day && apart < day) return `−${formatTime(-ms, apart)}`;
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) return String(ms);
  if (apart >= day)
    return `${time.getUTCFullYear()}-${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}`;
  const minutes = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
  if (apart % minute === 0) return minutes;
  const seconds = `${minutes}:${two(time.getUTCSeconds())}`;
  if (apart % second === 0) return seconds;
  return `${seconds}.${String(time.getUTCMilliseconds()).padStart(3, "0")}`;
}
