// The workbench: everything about a scenario changed, in every way there is, and nothing lost.
import { clicks, expect, knob, rows, slider, standsAt, test } from "./lab";

const bench = "./#/workbench";

test("a lesson opens on the workbench where it stood, and leads back", async ({
  page,
}) => {
  await page.goto(`${clicks}?at=4&watermark.delay=60000`);
  await standsAt(page, 4);
  await page.getByRole("button", { name: "Open in workbench" }).click();
  await expect(page).toHaveURL(/#\/workbench$/);
  await standsAt(page, 4);
  await page.getByRole("tab", { name: "Pipeline", exact: true }).click();
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
