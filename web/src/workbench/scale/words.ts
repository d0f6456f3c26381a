/** Numbers of large runs as they are read. */

const grouped = new Intl.NumberFormat("en");

/** A whole number with its thousands apart. */
export const count = (n: number): string => grouped.format(Math.round(n));

/** A size in bytes. */
export function bytes(n: number): string {
  for (const [unit, name] of [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const)
    if (n >= unit) return `${(n / unit).toFixed(1)} ${name}`;
  return `${count(n)} bytes`;
}

/** How long something took. */
export const took = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** A part of a whole; never 0 % of something, nor 100 % of less than all. */
export function share(part: number, whole: number): string {
  if (part <= 0 || whole <= 0) return "0 %";
  const percent = (100 * part) / whole;
  if (percent < 0.01) return "under 0.01 %";
  if (part < whole && percent > 99.99) return "over 99.99 %";
  return `${percent < 1 || (percent > 99 && percent < 100) ? percent.toFixed(2) : percent.toFixed(1).replace(/\.0$/, "")} %`;
}
