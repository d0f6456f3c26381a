// The stage's views of a stream: what they show, and how they light up together.
import type { Page } from "@playwright/test";
import {
  clicks,
  expect,
  fitsAcross,
  knob,
  standsAt,
  slider,
  table,
  test,
  view,
  withoutViolations,
} from "./lab";

/** The beat in which nothing waits. */
const goal = `${clicks}?beat=get-it-back`;

const drawn = (page: Page) =>
  page.getByRole("group", { name: "Boxes and arrows" });

test.describe("the pipeline", () => {
  test("shows what has gone where as of the playhead, and what the last step moved", async ({
    page,
  }) => {
    await page.goto(goal);
    await view(page, "Pipeline").click();
    const box = (name: RegExp) => drawn(page).getByRole("button", { name });
    await slider(page).fill("0");
    await expect(box(/^clicks, 0 events/)).toBeVisible();
    await slider(page).fill("4");
    await standsAt(page, 4);
    await expect(
      box(/^clicks, 4 events, highest 00:00:10, changed by the last step/),
    ).toBeVisible();
    await expect(
      box(/^Tumbling 5 min, count, watermark 23:59:59\.999, 3 windows/),
    ).toBeVisible();
    await expect(
      box(/^from clicks to keyBy, 4 events, e4 23:59:59\.999/),
    ).toBeVisible();
    await expect(box(/^Late, dropped, 0 events, not there/)).toBeVisible();
    await slider(page).fill("7");
    await standsAt(page, 7);
    await expect(box(/^Results, 3 results, changed/)).toBeVisible();
    await expect(box(/^Late, dropped, 1 event, wrong/)).toBeVisible();
    await page.getByText("As tables").click();
    await expect(
      table(page, "Arrows").getByRole("row", {
        name: /Tumbling 5 min Results/,
      }),
    ).toContainText("3 results");
    await fitsAcross(page);
    await withoutViolations(page);
  });

  test("follows the engine: a micro-batch that waits, a buffer that holds results back", async ({
    page,
  }) => {
    await page.goto(goal);
    await view(page, "Pipeline").click();
    const stage = drawn(page);
    await expect(stage.getByRole("button", { name: /^keyBy/ })).toBeVisible();
    await knob(page, "Engine").selectOption({ label: "Spark" });
    await expect(
      stage.getByRole("button", { name: /^Micro-batch, nothing waits/ }),
    ).toBeVisible();
    await slider(page).fill("1");
    await expect(
      stage.getByRole("button", { name: /^Micro-batch, 1 event waits/ }),
    ).toBeVisible();
  });
});
