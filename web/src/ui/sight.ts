/** Which rows of a long table are in sight, with a few above and below them. */
export function inSight(
  count: number,
  top: number,
  tall: number,
  height: number,
): { first: number; shown: number } {
  const around = 4;
  const fits = Math.ceil(tall / height) + 2 * around;
  const last = Math.max(0, count - fits);
  const first = Math.min(last, Math.max(0, Math.floor(top / height) - around));
  return { first, shown: Math.min(fits, count - first) };
}
