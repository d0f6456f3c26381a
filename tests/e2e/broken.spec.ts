// The core breaks: the page says so and leads on. The module's own functions are made to trap from outside; the page is as built.
import type { Page } from "@playwright/test";
import { test as plain } from "@playwright/test";
import {
  clicks,
  expect,
  fitsAcross,
  knob,
  standsAt,
  withoutViolations,
} from "./lab";

/** From `window.trap` on, every call to the first module whose name has it traps as a panic does. */
const trapping = (page: Page) =>
  page.addInitScript(() => {
    const trap = (name: string) => {
      const wanted = (window as { trap?: string }).trap;
      if (wanted !== undefined && name.includes(wanted))
        throw new WebAssembly.RuntimeError("unreachable");
    };
    const streaming = WebAssembly.instantiateStreaming.bind(WebAssembly);
    WebAssembly.instantiateStreaming = async (source, imports) => {
      const { instance, module } = await streaming(source, imports);
      const exports = Object.fromEntries(
        Object.entries(instance.exports).map(([name, value]) => [
          name,
          typeof value !== "function"
            ? value
            : (...given: unknown[]): unknown => {
                trap(name);
                return (value as (...given: unknown[]) => unknown)(...given);
              },
        ]),
      );
      return { instance: { exports } as WebAssembly.Instance, module };
    };
  });

const trap = (page: Page, name: string) =>
  page.evaluate((name) => {
    (window as { trap?: string }).trap = name;
  }, name);

for (const [what, name, act] of [
  [
    "while something is drawn",
    "simulation_narration",
    (page: Page) => page.keyboard.press("ArrowRight"),
  ],
  [
    "while a knob is turned",
    "setKnobs",
    (page: Page) => knob(page, "Watermark delay").fill("30 s"),
  ],
] as const)
  plain(
    `a panic of the core ${what} is told, and the lesson starts afresh`,
    async ({ page }) => {
      await trapping(page);
      await page.goto(`${clicks}?beat=get-it-back&at=3`);
      await standsAt(page, 3);
      await trap(page, name);
      await act(page);
      const alert = page.getByRole("alert");
      await expect(
        alert.getByRole("heading", { name: "Something broke" }),
      ).toBeVisible();
      await expect(alert).toContainText("What you have finished is kept");
      await withoutViolations(page);
      await fitsAcross(page);
      await alert.getByRole("button", { name: "Reset lesson" }).click();
      await standsAt(page, 0);
      await page.keyboard.press("ArrowRight");
      await standsAt(page, 1);
    },
  );

plain("a panic on the home page leads back to it", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await trapping(page);
  await page.goto("./");
  await standsAt(page, 8);
  await trap(page, "simulation_frame");
  await page.keyboard.press("ArrowLeft");
  await page
    .getByRole("alert")
    .getByRole("button", { name: "All lessons" })
    .click();
  await standsAt(page, 8);
});
