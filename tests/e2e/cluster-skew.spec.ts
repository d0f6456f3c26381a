// The lesson on a hot key: the salt count is turned, the fullest task falls, and the join's result stays what it was.
import {
  expect,
  fitsAcross,
  knob,
  rows,
  slider,
  standsAt,
  test,
  view,
  withoutViolations,
} from "./lab";
import type { Page } from "@playwright/test";

const skew = "./#/lesson/hot-key-salting";

/** What the inspector says of a figure. */
async function figure(page: Page, name: string): Promise<string> {
  const row = page
    .getByRole("region", { name: "Inspector" })
    .getByRole("row")
    .filter({ hasText: name });
  return (await row.locator("td").last().innerText()).trim();
}

/** Goes on to a beat by its title, and to its last step. */
async function beatAtTheEnd(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: `Continue: ${title}` }).click();
  await expect(
    page.getByRole("heading", { name: title, exact: true }),
  ).toBeVisible();
}

test("turning the salt count moves rows off the fullest task, and the result stays the same", async ({
  page,
}) => {
  await page.goto(skew);
  for (const title of ["Ten salts", "More salts, fewer rows?", "Slide"])
    await beatAtTheEnd(page, title);

  // Four salts: the task with most rows has 45 of 101. The loads are those that Spark's hash gives.
  await page.getByRole("button", { name: "Last step", exact: true }).click();
  expect(await figure(page, "By key: fullest task by mean")).toBe("7.60");
  expect(await figure(page, "With 4 salts: fullest task by mean")).toBe("3.56");
  expect(await figure(page, "same result as by key alone")).toBe("yes");
  await view(page, "Results").click();
  const joined = await rows(page, "Results by key");
  expect(joined.map((cells) => cells.slice(1))).toEqual([
    ["North America", "5", "5", "yes"],
    ["Western Europe", "6", "6", "yes"],
    ["North America", "90", "90", "yes"],
  ]);

  // Eight: 25. The goal is reached, and the result is still the same.
  const goal = page.getByRole("status", { name: "Goal" });
  await expect(goal).not.toContainText("Reached");
  await knob(page, "Salt count").fill("8");
  await knob(page, "Salt count").press("Enter");
  await expect(
    page.getByRole("row").filter({ hasText: "With 8 salts: fullest task" }),
  ).toContainText("1.98");
  expect(await figure(page, "By key: fullest task by mean")).toBe("7.60");
  expect(await figure(page, "same result as by key alone")).toBe("yes");
  expect(await rows(page, "Results by key")).toEqual(joined);

  // Before and after stand in one view.
  await view(page, "Partitions").click();
  const stage = page.getByRole("region", { name: "Stage" });
  await expect(stage.getByRole("heading", { name: "By key" })).toBeVisible();
  await expect(
    stage.getByRole("heading", { name: "With 8 salts" }),
  ).toBeVisible();
  await expect(stage).toContainText("The fullest has 1.98 times the average");
  await fitsAcross(page);
  await withoutViolations(page);
});

test("a task says by which hash its rows came there", async ({ page }) => {
  await page.goto(skew);
  await page.getByLabel("Rows of the fullest task").fill("90");
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByRole("form", { name: "Prediction" })).toContainText(
    "UK lands where US is",
  );
  await slider(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await standsAt(page, 1);
  await expect(page.getByRole("status", { name: "Narration" })).toContainText(
    "the 90 rows of US go to task 4 of 8, hash -1077041708",
  );
});
