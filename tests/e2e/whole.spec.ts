// A first visit: a lesson is there and is stepped with the first module alone. What it takes to answer comes right after; where it does not come, that is
// said, nothing is lost, and it can be tried again.
import { test, type Page } from "@playwright/test";
import { clicks, expect, knob, standsAt, withoutViolations } from "./lab";

const bytes = "**/studio_bg*.wasm";

const tryAgain = (page: Page) =>
  page.getByRole("button", { name: "Try again" });

test("a lesson is read and stepped while the rest is not to be had, and answers once it is", async ({
  page,
}) => {
  await page.route(bytes, (route) => route.abort());
  await page.goto(`${clicks}?beat=where-it-stood`);
  await standsAt(page, 4);
  await page.keyboard.press("ArrowLeft");
  await standsAt(page, 3);

  const form = page.getByRole("form", { name: "Prediction" });
  await form.getByLabel("00:00:05.000").check();
  await form.getByRole("button", { name: "Check" }).click();
  await expect(form.getByRole("alert")).toContainText("could not be fetched");
  await page.getByRole("button", { name: "Why?" }).first().click();
  await expect(tryAgain(page)).toHaveCount(2);
  await withoutViolations(page);

  await page.unroute(bytes);
  await tryAgain(page).first().click();
  await expect(
    page.getByRole("button", { name: "Close the explanation" }),
  ).toBeVisible();
  await expect(page.getByText("What led to it")).toBeVisible();
  await expect(tryAgain(page)).toHaveCount(0);
  await form.getByRole("button", { name: "Check" }).click();
  await expect(form.getByRole("status", { name: "Verdict" })).toContainText(
    "One millisecond too high",
  );
});

test("a link's changes stay in the address until it is known what they are", async ({
  page,
}) => {
  let arrive = () => {};
  const waiting = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(bytes, async (route) => {
    await waiting;
    await route.continue();
  });
  const goal = `${clicks}?beat=get-it-back&watermark.delay=30000`;
  await page.goto(goal);
  await expect(knob(page, "Watermark delay")).toHaveValue("30 s");
  await expect(page.getByText("Measuring …")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  // Longer than it takes to write an address.
  await page.waitForTimeout(500);
  expect(page.url()).toContain("watermark.delay=30000");
  expect(page.url()).not.toContain("&at=");
  arrive();
  await expect(page.getByRole("status", { name: "Goal" })).toContainText(
    "Reached with 1 change",
  );
  await expect(page).toHaveURL(/&at=\d.*watermark\.delay=30000/);
});
