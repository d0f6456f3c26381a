// The workbench: everything about a scenario changed, in every way there is, and nothing lost.
import type { Page } from "@playwright/test";
import {
  clicks,
  expect,
  fitsAcross,
  knob,
  rows,
  slider,
  standsAt,
  test,
  withoutViolations,
} from "./lab";

const bench = "./#/workbench";

const panel = (page: Page, name: string) =>
  page
    .getByRole("tablist", { name: "Workbench" })
    .getByRole("tab", { name, exact: true });

const text = (page: Page) =>
  page.getByRole("textbox", { name: "Scenario as text" });

test("a lesson opens on the workbench where it stood, and leads back", async ({
  page,
}) => {
  await page.goto(`${clicks}?at=4&watermark.delay=60000`);
  await standsAt(page, 4);
  await page.getByRole("button", { name: "Open in workbench" }).click();
  await expect(page).toHaveURL(/#\/workbench$/);
  await standsAt(page, 4);
  await panel(page, "Pipeline").click();
  await expect(knob(page, "Watermark delay")).toHaveValue("1 min");
  await page
    .getByRole("navigation", { name: "Lessons" })
    .getByRole("link")
    .click();
  await standsAt(page, 4);
  await expect(page).toHaveURL(/watermark\.delay=60000/);
});

test("a newcomer finds an example, and other things to begin with", async ({
  page,
}) => {
  await page.goto(bench);
  await expect(slider(page)).toHaveAttribute("aria-valuetext", "step 0 of 12");
  await page.getByRole("button", { name: "One event" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 1$/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  expect(await rows(page, "Watermarks")).toHaveLength(1);
});

test("text and form follow each other, and undo covers both", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Text").click();
  await text(page).getByText('"2 min"').dblclick();
  await page.keyboard.type("3 min");
  await expect(page.getByRole("status", { name: "Text" })).toHaveText(
    "The text is what is on the stage.",
  );
  await panel(page, "Pipeline").click();
  const delay = knob(page, "Watermark delay");
  await expect(delay).toHaveValue("3 min");
  await delay.fill("4 min");
  await delay.press("Enter");
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"delay": "4 min"');
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(text(page)).toContainText('"delay": "3 min"');
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(text(page)).toContainText('"delay": "2 min"');
});

test("what makes no sense is marked in its place, and is never lost", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Text").click();
  await text(page).getByText('"2 min"').dblclick();
  await page.keyboard.type("soon");
  const problems = page.getByRole("list", { name: "Problems" });
  await expect(problems).toContainText("pipeline.watermark.delay");
  // The stage goes on with what made sense last.
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  await panel(page, "Pipeline").click();
  await expect(knob(page, "Watermark delay")).toHaveValue("2 min");
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"soon"');
  await problems.getByRole("button", { name: "Line 6" }).click();
  await page.keyboard.type('"5 min"');
  await expect(problems).toBeHidden();
  await panel(page, "Pipeline").click();
  await expect(knob(page, "Watermark delay")).toHaveValue("5 min");
});

test("rubbish in the text breaks nothing", async ({ page }) => {
  await page.goto(bench);
  await panel(page, "Text").click();
  for (const rubbish of [
    "",
    "[".repeat(400),
    '{"engine": "storm"}',
    '{"engine": "flink", "pipeline": 1e999, "input": null}',
    '{"cluster": {"flow": {}}}',
    "\u0000\ud800 <img src=x onerror=alert(1)>",
  ]) {
    await text(page).focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(rubbish);
    await expect(page.getByRole("list", { name: "Problems" })).toBeVisible();
    await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  }
  await page
    .getByRole("button", { name: "Back to what is on the stage" })
    .click();
  await expect(text(page)).toContainText('"engine": "flink"');
});

test("the keyboard gets into the text, completes, and gets out", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Start").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(panel(page, "Text")).toBeFocused();
  await expect(text(page)).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(text(page)).toBeFocused();
  // Letters that are the page's keys elsewhere are only letters here.
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.press("End");
  await page.keyboard.type(' "sou');
  await page.keyboard.press("ControlOrMeta+Space");
  await page
    .getByRole("option", { name: "sources" })
    .waitFor({ state: "visible" });
  await page.keyboard.press("Enter");
  await expect(text(page)).toContainText('"sources": []');
  await page.keyboard.press("Tab");
  await expect(text(page)).not.toBeFocused();
});

test("the workbench fits a phone, and every panel is accessible", async ({
  page,
}) => {
  await page.goto(bench);
  const tabs = page.getByRole("tablist", { name: "Workbench" });
  for (const tab of await tabs.getByRole("tab").all()) {
    await tab.click();
    await expect(page.getByText(/^Fetching/)).toBeHidden();
    await fitsAcross(page);
    await withoutViolations(page);
  }
});
