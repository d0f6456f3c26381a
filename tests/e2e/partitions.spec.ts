// Several partitions in Kafka Streams: a stream time for each, none for all, and one key kept twice.
import {
  expect,
  rows,
  standsAt,
  table,
  test,
  view,
  withoutViolations,
} from "./lab";

const cards = "./#/lesson/stream-time-and-grace?beat=cards";

test("each partition has a stream time of its own", async ({ page }) => {
  await page.goto(cards);
  await page.getByText("One partition runs eight minutes ahead").click();
  await page
    .getByRole("button", { name: "Show it on the stage" })
    .and(page.locator(":visible"))
    .click();
  await standsAt(page, 5);

  await expect
    .poll(() => rows(page, "Watermarks"))
    .toEqual([
      ["partition 0", "10:03:00", "10:03:00"],
      ["partition 1", "10:11:00", "10:11:00"],
    ]);
  const none = page.getByRole("button", { name: "none: each partition" });
  await expect(none).toBeVisible();
  // u1 comes from both: two tasks, two windows of one time.
  const windows = await rows(page, "Windows");
  const keys = windows.map(([key]) => key);
  expect(keys).toContain("u1 (partition 0)");
  expect(keys).toContain("u1 (partition 1)");
  await expect(table(page, "Late events")).toContainText("e5");

  await view(page, "Windows").click();
  await expect(
    page.getByText("stream time of partition 0 10:03:00"),
  ).toBeVisible();
  await view(page, "Time plane").click();
  await expect(page.getByText("stream time of each partition")).toBeVisible();
  await none.click();
  await expect(
    page.getByText("There is no combined stream time").first(),
  ).toBeVisible();
  await withoutViolations(page);
});
