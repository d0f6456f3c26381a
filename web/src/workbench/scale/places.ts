/** Which mark of a drawn frontier a pointer means. */

/** How near a pointer must come, in pixels of the page. */
const reach = 24;

/**
 * The point whose mark is nearest to a place; none if none is near. `places` holds for each point x and y of its completeness, then of
 * its state, in pixels of the canvas, of which `scale` are one of the page's; not numbers where it has no mark.
 */
export function nearest(
  places: Float64Array,
  x: number,
  y: number,
  scale: number,
): number | undefined {
  let found: number | undefined;
  let least = reach;
  for (let i = 0; i + 1 < places.length; i += 2) {
    const [left = NaN, top = NaN] = [places[i], places[i + 1]];
    const distance = Math.hypot(left / scale - x, top / scale - y);
    if (distance < least) {
      least = distance;
      found = Math.floor(i / 4);
    }
  }
  return found;
}

/** Where a key leads from one point of so many; nothing where it leads nowhere. */
export function moved(
  key: string,
  at: number,
  count: number,
): number | undefined {
  const to = {
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    PageUp: at + 10,
    PageDown: at - 10,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined || count === 0
    ? undefined
    : Math.min(count - 1, Math.max(0, to));
}
