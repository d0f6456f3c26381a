// The lab for somebody who sees nothing of it and has no pointer: only keys, and what live regions and the focus say.
import type { Page } from "@playwright/test";
import { expect, test } from "./lab";

/** Writes down what a screen reader would say: what changes in a live region, and the name of what gets the focus. */
const listen = (page: Page) =>
  page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const text = (node: Element) =>
      (node.textContent ?? "").replace(/\s+/g, " ").trim();
    const regions = "[role=status], [role=alert], [aria-live]";
    const told = new WeakMap<Element, string>();
    new MutationObserver((changes) => {
      const touched = new Set<Element>();
      for (const { target, addedNodes } of changes) {
        const element =
          target instanceof Element ? target : target.parentElement;
        const region = element?.closest(regions);
        if (region) touched.add(region);
        for (const node of addedNodes)
          if (node instanceof Element) {
            if (node.matches(regions)) touched.add(node);
            for (const inner of node.querySelectorAll(regions))
              touched.add(inner);
          }
      }
      for (const region of touched) {
        const says = text(region);
        if (
          region.getAttribute("aria-live") === "off" ||
          told.get(region) === says
        )
          continue;
        told.set(region, says);
        if (says) heard.push(says);
      }
    }).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });

const heard = (page: Page) =>
  page.evaluate(() => (window as unknown as { heard: string[] }).heard);

/** What is said from now on. */
async function after(page: Page, act: () => Promise<void>): Promise<string> {
  const before = (await heard(page)).length;
  await act();
  await expect
    .poll(async () => (await heard(page)).length)
    .toBeGreaterThan(before);
  return (await heard(page)).slice(before).join(" | ");
}

/** Tabs on until the focus is on something of this role and name; how a screen reader names it, not where it is. */
async function tabTo(
  page: Page,
  role: "radio" | "spinbutton" | "button",
  name: string | RegExp,
) {
  const wanted = page.getByRole(role, { name }).first();
  for (let i = 0; i < 80; i++) {
    if (await wanted.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${role} ${String(name)} is not reached by Tab`);
}

test("a lesson is found, stepped, predicted and judged by keys and by ear", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await listen(page);
  await page.goto("./");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  // Finding: the number of lessons found is said while typing, and Enter opens the first.
  await page.keyboard.press("/");
  const found = await after(page, () => page.keyboard.type("printout"));
  expect(found).toContain("2 lessons found");
  await page.keyboard.press("Enter");
  // Where the new page begins gets the focus, and its title says what it is.
  await expect(page.getByRole("main")).toBeFocused();
  await expect(page).toHaveTitle(/The printout that cannot be right/);

  // Stepping: each step is said, with its numbers.
  const first = await after(page, () => page.keyboard.press("ArrowRight"));
  expect(first).toMatch(/e1/);
  const second = await after(page, () => page.keyboard.press("ArrowRight"));
  expect(second).toMatch(/e2/);
  expect(second).not.toBe(first);

  // Predicting: an answer that is missing is said; so is the verdict, with the truth.
  await tabTo(page, "spinbutton", "home in [00:00, 00:05)");
  const missing = await after(page, () => page.keyboard.press("Enter"));
  expect(missing).not.toBe("");
  await tabTo(page, "spinbutton", "home in [00:00, 00:05)");
  for (const number of ["4", "1", "1", "0"]) {
    await page.keyboard.type(number);
    await page.keyboard.press("Tab");
  }
  await tabTo(page, "button", "Check");
  const verdict = await after(page, () => page.keyboard.press("Enter"));
  expect(verdict).toContain("Not quite");
  expect(verdict).toContain("3");
});

test("the question of the first page waits, and says so", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await listen(page);
  await page.goto("./");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const waits = await after(page, () => page.keyboard.press("ArrowRight"));
  expect(waits).toContain("waits for your prediction");
  const form = page.getByRole("form", { name: "Prediction" });
  await tabTo(
    page,
    "radio",
    (await form.getByRole("radio").first().getAttribute("aria-label")) ?? /./,
  );
  await page.keyboard.press("Space");
  await tabTo(page, "button", "Check");
  const verdict = await after(page, () => page.keyboard.press("Enter"));
  expect(verdict).toMatch(/Right|Not quite/);
});
