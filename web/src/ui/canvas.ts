/** How many of a canvas' pixels go on one of the page's. */
export const sharpness = (): number =>
  Math.min(window.devicePixelRatio || 1, 3);

/** A canvas as sharp as the screen: sizes its pixels for the device, and hands out a context that counts in CSS pixels. */
export function sharpContext(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const ratio = sharpness();
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const context = canvas.getContext("2d") ?? undefined;
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}
