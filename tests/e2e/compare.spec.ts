import type { Page } from "@playwright/test";
import {
  expect,
  fitsAcross,
  knob,
  slider,
  standsAt,
  table,
  test,
  withoutViolations,
} from "./lab";

/** A beat in which nothing waits; Flink drops m3 at step 3, and another delay or engine keeps it. */
const beat = "./#/lesson/micro-batch-or-continuous?beat=keep-it-in-flink";

const button = (page: Page, name: string) =>
  page.getByRole("button", { name, exact: true });

const difference = (page: Page) =>
  page.getByRole("status", { name: "Difference", exact: true });

const cells = async (page: Page, row: string | RegExp) =>
  (
    await table(page, "Difference")
      .getByRole("row")
      .filter({ hasText: row })
      .getByRole("cell")
      .allInnerTexts()
  ).map((text) => text.replace(/\s+/g, " ").trim());

async function compare(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await button(page, "Compare").click();
  await expect(page.getByRole("heading", { name: "Compare" })).toBeFocused();
}

test.describe("comparing", () => {
  test("forks at the step, and shows both futures with what differs and why", async ({
    page,
  }) => {
    await compare(page, `${beat}&at=2`);
    await expect(page.getByText("Forked at step 2.")).toBeVisible();
    await expect(difference(page)).toHaveText(/^No result differs so far/);
    await knob(page, "Watermark delay").fill("8 min");
    await knob(page, "Watermark delay").press("Enter");
    const right = page.getByRole("region", { name: "Changed", exact: true });
    await expect(
      page.getByRole("region", { name: "As it is", exact: true }),
    ).toContainText("step 2 of 4");
    await expect(right).toContainText("step 2 of 4");
    // One playhead moves both.
    await page.getByRole("button", { name: "Last step", exact: true }).click();
    await standsAt(page, 4);
    await expect(right).toContainText("step 4 of 4");
    await expect(difference(page)).toHaveText(
      /1 of 2 windows differs: 1 with a result only as it is/,
    );
    expect(await cells(page, "[02:00, 02:15)")).toEqual([
      "600",
      "nothing yet 3 waiting",
    ]);
    expect(await cells(page, "late events")).toEqual(["2", "0"]);
    expect(await cells(page, "events in no result")).toEqual(["3", "4 +1"]);
    const why = table(page, "Difference").getByRole("button", {
      name: /\[02:00, 02:15\).*differs/,
    });
    await why.press("Enter");
    await expect(
      table(page, "Difference").getByRole("listitem").first(),
    ).toHaveText(
      /As it is drops m3 at step 3: 02:15:00 − 1 ms \+ 0 ≤ 02:16:59\.999/,
    );
    const late = page.getByRole("list", { name: "Late on one side only" });
    await expect(late.getByRole("listitem")).toHaveText([
      /^m3 .*late only here: As it is/,
      /^m4 .*late only here: As it is/,
    ]);
    await withoutViolations(page);
    await fitsAcross(page);
    await button(page, "Back to the fork").click();
    await standsAt(page, 2);
  });

  test("takes another engine, with its own steps and what it leaves out", async ({
    page,
  }) => {
    await compare(page, `${beat}&at=4`);
    await knob(page, "Engine").selectOption("spark");
    const right = page.getByRole("region", { name: "Changed (Spark)" });
    await expect(right).toContainText(/step \d+ of \d+/);
    await expect(knob(page, "Watermark emitted")).toBeDisabled();
    await expect(difference(page)).toContainText(
      "At the fork 1 differed already",
    );
    expect(await cells(page, "[02:00, 02:15)")).toEqual(["600", "625"]);
    await expect(slider(page)).toHaveAttribute("aria-valuetext", "step 4 of 4");
    await withoutViolations(page);
    await fitsAcross(page);
  });

  test("moves any event in the copy, by its knob", async ({ page }) => {
    await compare(page, `${beat}&at=4`);
    await page.getByText("When each event happened and arrives").click();
    const time = knob(page, "m4 happened at");
    await time.fill("02:20:00");
    await time.press("Enter");
    await expect(difference(page)).toHaveText(
      /Late events: 2 as it is, 1 with the change/,
    );
    expect(await cells(page, "late events")).toEqual(["2", "1"]);
    await button(page, "Undo").click();
    await expect(difference(page)).not.toContainText("Late events");
  });

  test("is undone and redone by itself, and closing leaves the lesson as it was", async ({
    page,
  }) => {
    await compare(page, `${beat}&at=3`);
    const delay = knob(page, "Watermark delay");
    const before = await delay.inputValue();
    await expect(button(page, "Keep right")).toBeDisabled();
    await expect(button(page, "Undo")).toBeDisabled();
    await delay.fill("9 min");
    await delay.press("Enter");
    await button(page, "Undo").click();
    await expect(delay).toHaveValue(before);
    await button(page, "Redo").click();
    await expect(delay).toHaveValue("9 min");
    await button(page, "Close").click();
    await expect(button(page, "Compare")).toBeFocused();
    await expect(knob(page, "Watermark delay")).toHaveValue(before);
    await expect(button(page, "Undo")).toBeDisabled();
    await standsAt(page, 3);
  });

  test("keeps the changed side as one change, which can be undone", async ({
    page,
  }) => {
    await compare(page, `${beat}&at=3`);
    const before = await knob(page, "Watermark delay").inputValue();
    await knob(page, "Watermark delay").fill("9 min");
    await knob(page, "Watermark delay").press("Enter");
    await knob(page, "Window size").fill("20 min");
    await knob(page, "Window size").press("Enter");
    await button(page, "Keep right").click();
    await expect(knob(page, "Watermark delay")).toHaveValue("9 min");
    await expect(page).toHaveURL(/window\.size=1200000/);
    await button(page, "Undo").click();
    await expect(knob(page, "Watermark delay")).toHaveValue(before);
    await expect(button(page, "Undo")).toBeDisabled();
    await button(page, "Redo").click();
    await expect(knob(page, "Watermark delay")).toHaveValue("9 min");
  });

  test("leaving and coming back loses nothing of the lesson", async ({
    page,
  }) => {
    await page.goto(`${beat}&at=3`);
    await knob(page, "Watermark delay").fill("6 min");
    await knob(page, "Watermark delay").press("Enter");
    await expect(page).toHaveURL(/watermark\.delay=360000/);
    await button(page, "Compare").click();
    await knob(page, "Watermark delay").fill("9 min");
    await knob(page, "Watermark delay").press("Enter");
    // The address follows after a moment; from there on the comparison is a place that one can come back to.
    await expect(page).toHaveURL(/vs\.watermark\.delay=540000/);
    await page.getByRole("link", { name: /Headwater/ }).click();
    await expect(page).toHaveURL(/#\/$/);
    await page.goBack();
    await expect(knob(page, "Watermark delay")).toHaveValue("9 min");
    await button(page, "Close").click();
    await expect(knob(page, "Watermark delay")).toHaveValue("6 min");
    await standsAt(page, 3);
  });

  test("is worked by keyboard, in both themes", async ({ page }) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(`${beat}&at=3`);
    await button(page, "Compare").press("Enter");
    await expect(page.getByRole("heading", { name: "Compare" })).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await standsAt(page, 4);
    const tab = page.getByRole("tab", { name: "Time plane" });
    await tab.focus();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("tab", { selected: true })).toBeFocused();
    await expect(tab).toHaveAttribute("aria-selected", "false");
    await withoutViolations(page);
    await button(page, "Close").press("Enter");
    await expect(button(page, "Compare")).toBeFocused();
  });
});
