/** When the page has loaded and there is nothing more urgent to do. */
export async function idle(): Promise<void> {
  if (document.readyState !== "complete")
    await new Promise((loaded) =>
      addEventListener("load", loaded, { once: true }),
    );
  await new Promise<void>((free) => {
    // Safari has no such callback.
    if ("requestIdleCallback" in window)
      requestIdleCallback(() => free(), { timeout: 5_000 });
    else setTimeout(free, 1_000);
  });
}
