// Every page, dialog and view, in both themes: no accessibility violations, and nothing wider than the screen.
import type { Page } from "@playwright/test";
import { clicks, expect, fitsAcross, test, withoutViolations } from "./lab";
import { lessons, oneOfEach } from "./lessons";

const goal = `${clicks}?beat=get-it-back&at=6`;

/** What has no page of its own: how to get there. */
const places: Record<string, (page: Page) => Promise<void>> = {
  home: async (page) => {
    await page.goto("./");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  },
  workbench: async (page) => {
    await page.goto("./#/workbench");
    await expect(page.getByRole("region", { name: "Stage" })).toBeVisible();
  },
  data: async (page) => {
    await page.goto("./#/data");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  },
  "unknown page": async (page) => {
    await page.goto("./#/nowhere");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  },
  help: async (page) => {
    await page.goto(goal);
    await expect(page.getByRole("region", { name: "Stage" })).toBeVisible();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  find: async (page) => {
    await page.goto("./");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.keyboard.press("/");
    await page.keyboard.type("watermark");
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  "why?": async (page) => {
    await page.goto(goal);
    await page.getByRole("button", { name: "Why?", exact: true }).click();
    await expect(page.getByRole("region", { name: /^Why\?/ })).toBeVisible();
  },
  comparison: async (page) => {
    await page.goto(goal);
    await page.getByRole("button", { name: "Compare" }).click();
    await expect(page.getByRole("status", { name: /Narration/ })).toHaveCount(
      2,
    );
  },
};

/** In the light, then in the dark, where only colours differ; they do not differ on a phone. */
async function cleanInBothThemes(
  page: Page,
  phone: boolean,
  part?: string,
): Promise<void> {
  const within = part === undefined ? {} : { part };
  await withoutViolations(page, within);
  if (phone) return;
  await page.emulateMedia({ colorScheme: "dark" });
  await withoutViolations(page, { ...within, rules: ["color-contrast"] });
  await page.emulateMedia({ colorScheme: "light" });
}

test.describe("has no accessibility violations in either theme and fits:", () => {
  test.use({
    colorScheme: "light",
    contextOptions: { reducedMotion: "reduce" },
  });

  for (const [name, open] of Object.entries(places))
    test(name, async ({ page }, { project }) => {
      await open(page);
      await fitsAcross(page);
      await cleanInBothThemes(page, project.name === "phone");
    });

  for (const { address, views } of oneOfEach())
    test(address, async ({ page }, { project }) => {
      await page.goto(address);
      const stage = page.getByRole("region", { name: "Stage" });
      await expect(stage.getByRole("tabpanel")).toBeVisible();
      const shown = stage.getByRole("tab", views ? {} : { selected: true });
      // The whole page once; from tab to tab only the stage is another.
      for (const [i, tab] of (await shown.all()).entries()) {
        await tab.click();
        await expect(tab).toHaveAttribute("aria-selected", "true");
        await expect(stage.getByRole("tabpanel")).not.toBeEmpty();
        await fitsAcross(page);
        const part = i === 0 ? undefined : '[aria-label="Stage"]';
        await cleanInBothThemes(page, project.name === "phone", part);
      }
    });
});

test.describe("at 360 pixels", () => {
  test.beforeEach(({}, { project }) =>
    test.skip(project.name === "desktop", "about narrow screens"),
  );
  const many = 6;
  for (let from = 0; from < lessons.length; from += many)
    test(`no lesson from number ${from + 1} is wider than the screen`, async ({
      page,
    }) => {
      test.setTimeout(300_000);
      for (const { slug, beats } of lessons.slice(from, from + many))
        for (const { id } of [beats[0], beats.at(-1)].filter(
          (beat) => beat !== undefined,
        ))
          await test.step(`${slug}, ${id}`, async () => {
            await page.goto(`./#/lesson/${slug}?beat=${id}`);
            const stage = page.getByRole("region", { name: "Stage" });
            await expect(stage.getByRole("tabpanel")).toBeVisible();
            const last = page.getByRole("button", {
              name: "Last step",
              exact: true,
            });
            // Where a beat begins at its end, or waits for an answer, there is nowhere to go.
            if (await last.isEnabled()) await last.click();
            for (const tab of await stage.getByRole("tab").all()) {
              await tab.click();
              await expect(tab).toHaveAttribute("aria-selected", "true");
              await fitsAcross(page);
            }
          });
    });
});

test("at twice the size everything is still there and nothing is cut off", async ({
  page,
}, { project }) => {
  test.skip(project.name === "phone", "a desktop at 200 % is 640 pixels wide");
  await page.setViewportSize({ width: 640, height: 400 });
  for (const address of ["./", "./#/data", goal]) {
    await page.goto(address);
    await expect(page.getByRole("main")).toBeVisible();
    await fitsAcross(page);
  }
  for (const name of ["Share", "Undo", "Reset lesson", "Step forward"])
    await expect(page.getByRole("button", { name })).toBeVisible();
});

test("where a system forces its colours, what is chosen and focused still shows", async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(goal);
  const ground = (name: string) =>
    page
      .getByRole("tab", { name })
      .evaluate((tab) => getComputedStyle(tab).backgroundColor);
  expect(await ground("Time plane")).not.toBe(await ground("Windows"));
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => {
    const focused = document.activeElement;
    return focused && getComputedStyle(focused).outlineStyle;
  });
  expect(outline).not.toBe("none");
});
