/** How many events a large run takes: from ten thousand to ten million, on a slider that takes equal steps for equal factors. */

export const fewest = 10_000;
export const most = 10_000_000;

/** The slider's stops to one factor of ten. */
const perDecade = 10;

/** The slider's last stop; the first is 0. */
export const lastStop = perDecade * Math.log10(most / fewest);

/** How many events a stop stands for, as a round number: two digits count. */
export function eventsAt(stop: number): number {
  const exact = fewest * 10 ** (stop / perDecade);
  const unit = 10 ** (Math.floor(Math.log10(exact) + 1e-9) - 1);
  return within(Math.round(exact / unit) * unit);
}

/** The stop nearest to a number of events. */
export const stopOf = (events: number): number =>
  Math.round(perDecade * Math.log10(within(events) / fewest));

/** The nearest number of events that may be asked for. */
export const within = (events: number): number =>
  Math.min(most, Math.max(fewest, Math.round(events)));

/** A number of events as it may be typed: `1000000`, `1,000,000`, `1 000 000`, `1e6`, `500k`, `2.5M`. */
export function readEvents(text: string): number | undefined {
  const plain = text.replace(/[\s,_’']/g, "");
  const found = /^(\d+(?:\.\d+)?(?:e\d{1,2})?)([km])?$/i.exec(plain);
  if (!found?.[1]) return undefined;
  const unit = { k: 1e3, m: 1e6 }[found[2]?.toLowerCase() ?? ""] ?? 1;
  const events = Number(found[1]) * unit;
  return Number.isInteger(events) && events >= fewest && events <= most
    ? events
    : undefined;
}
