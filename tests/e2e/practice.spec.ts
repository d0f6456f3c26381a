import {
  clicks,
  expect,
  fitsAcross,
  rows,
  slider,
  standsAt,
  test,
  withoutViolations,
} from "./lab";

/** The beat in which nothing waits. */
const free = `${clicks}?beat=get-it-back`;
const marks = "Marks on the timeline";

test.describe("the transport", () => {
  test("steps from one emission to the next, and back, by its buttons and by the arrow keys", async ({
    page,
  }) => {
    await page.goto(`${free}&at=0`);
    const by = page.getByRole("combobox", { name: "Step by" });
    await by.selectOption("emission");
    await page.getByRole("button", { name: "Step forward" }).click();
    await standsAt(page, 7);
    await page.getByRole("button", { name: "Step back" }).click();
    await standsAt(page, 0);
    await by.selectOption("watermark");
    await by.evaluate((element) => element.blur());
    await page.keyboard.press("ArrowRight");
    const first = await slider(page).inputValue();
    await page.keyboard.press("ArrowRight");
    expect(Number(await slider(page).inputValue())).toBeGreaterThan(
      Number(first),
    );
    await by.selectOption("step");
    await page.getByRole("button", { name: "First step" }).click();
    await page.getByRole("button", { name: "Step forward" }).click();
    await standsAt(page, 1);
  });

  test("jumps to the next of a kind by key and by its list, which says in words what the marks say", async ({
    page,
  }) => {
    await page.goto(`${free}&at=0`);
    await standsAt(page, 0);
    await page.keyboard.press("d");
    await standsAt(page, 6);
    await page.keyboard.press("f");
    await standsAt(page, 7);
    await page.keyboard.press("Shift+D");
    await standsAt(page, 6);
    await page.keyboard.press("d");
    await standsAt(page, 6);
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "There is no further drop",
    );

    await page.getByRole("button", { name: "Marks" }).click();
    const list = page.getByRole("dialog", { name: marks });
    await expect(list).toBeVisible();
    const told = await rows(page, "Timeline");
    expect(told.map((row) => row.slice(0, 3))).toContainEqual([
      "drops",
      "1",
      "6",
    ]);
    await withoutViolations(page);
    await fitsAcross(page);
    await list.getByRole("button", { name: "Next firing" }).click();
    await standsAt(page, 7);
    await expect(
      list.getByRole("button", { name: "Next firing" }),
    ).toBeDisabled();
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
    await expect(page.getByRole("button", { name: "Marks" })).toBeFocused();
  });

  test("gives nothing away that waits for a prediction", async ({ page }) => {
    await page.goto(`${clicks}?beat=where-it-stood`);
    await standsAt(page, 4);
    await page.getByRole("button", { name: "Marks" }).click();
    const told = await rows(page, "Timeline");
    expect(told.map((row) => row.slice(0, 3))).toContainEqual([
      "drops",
      "0",
      "",
    ]);
    await page.getByRole("button", { name: "Next drop" }).click();
    await standsAt(page, 4);
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "waits for your prediction",
    );
  });

  test("knows a cluster's kinds: it goes from checkpoint to crash", async ({
    page,
  }) => {
    await page.goto("./#/lesson/crash-and-replay?beat=how-often&at=0");
    const by = page.getByRole("combobox", { name: "Step by" });
    await by.selectOption("checkpoint");
    await page.getByRole("button", { name: "Step forward" }).click();
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      /checkpoint/i,
    );
    await page.getByRole("button", { name: "Marks" }).click();
    await expect(
      page.getByRole("button", { name: "Next crash" }),
    ).toBeVisible();
    await withoutViolations(page);
  });
});
