// What the journeys share: one lesson of which the recorded truth is known, and the parts of the page by role and name.
import AxeBuilder from "@axe-core/playwright";
import {
  expect,
  test as base,
  type Locator,
  type Page,
} from "@playwright/test";

/** Six clicks, and what Flink made of them: `tests/conformance/flink/published.json`. */
export const clicks = "./#/lesson/clicks-in-five-minutes";

/** Any error in the console or of a script fails the journey. */
export const test = base.extend<{ quiet: void }>({
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      await use();
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export const slider = (page: Page) =>
  page.getByRole("slider", { name: "Step", exact: true });

export const knob = (page: Page, name: string) =>
  page.getByRole("group", { name: "Pipeline" }).getByLabel(name, {
    exact: true,
  });

export const view = (page: Page, name: string) =>
  page.getByRole("region", { name: "Stage" }).getByRole("tab", { name });

export const table = (page: Page, name: string) =>
  page.getByRole("table", { name, exact: true });

/** The tab of one of the workbench's panels. */
export const panel = (page: Page, name: string) =>
  page
    .getByRole("tablist", { name: "Workbench" })
    .getByRole("tab", { name, exact: true });

/** Lets go of a file over a part of the page, as a hand does. */
export async function drop(
  onto: Locator,
  name: string,
  bytes: Buffer,
): Promise<void> {
  const dataTransfer = await onto.page().evaluateHandle(
    ([name, letters]) => {
      const bytes = Uint8Array.from(atob(letters), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name));
      return transfer;
    },
    [name, bytes.toString("base64")] as const,
  );
  await onto.dispatchEvent("dragover", { dataTransfer });
  await onto.dispatchEvent("drop", { dataTransfer });
}

/** The texts of a table's cells, row by row, without its head. */
export async function rows(page: Page, name: string): Promise<string[][]> {
  const found = await table(page, name).locator("tbody tr").all();
  return Promise.all(
    found.map(async (row) =>
      (await row.locator("th, td").allInnerTexts()).map((text) =>
        text.replace(/\s+/g, " ").trim(),
      ),
    ),
  );
}

/** The playhead stands after so many steps. */
export async function standsAt(page: Page, step: number): Promise<void> {
  await expect(slider(page)).toHaveAttribute(
    "aria-valuetext",
    new RegExp(`^step ${step} of \\d+$`),
  );
}

/** No accessibility violations; of some rules, or in a part of the page only, where only these can differ. */
export async function withoutViolations(
  page: Page,
  { rules, part }: { rules?: string[]; part?: string } = {},
): Promise<void> {
  const axe = new AxeBuilder({ page });
  if (rules) axe.withRules(rules);
  if (part) axe.include(part);
  const { violations } = await axe.analyze();
  expect(
    violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]),
  ).toEqual([]);
}

/** Nothing is wider than the screen. */
export async function fitsAcross(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content).toBeLessThanOrEqual(screen ?? 0);
}

export { expect };
