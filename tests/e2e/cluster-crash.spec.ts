import {
  expect,
  fitsAcross,
  knob,
  slider,
  standsAt,
  table,
  test,
  view,
  withoutViolations,
} from "./lab";

const lesson = "./#/lesson/exactly-once-at-the-sink";

const verdicts = (page: Parameters<typeof table>[0], verdict: string) =>
  table(page, "Ledger").getByRole("cell", { name: verdict, exact: true });

test.describe("a crash", () => {
  test("in the middle of a checkpoint takes it along; the job comes back, and the ledger has every order once", async ({
    page,
  }) => {
    // The transport waits for the answer: not complete, so all three come again; complete, so none.
    await page.goto(`${lesson}?beat=in-between&at=12`);
    await standsAt(page, 12);
    const narration = page.getByRole("status", { name: "Narration" });
    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByRole("combobox").nth(0).selectOption("3");
    await form.getByRole("combobox").nth(1).selectOption("0");
    await form.getByRole("button", { name: "Check" }).click();
    await expect(page.getByRole("status", { name: "Verdict" })).toContainText(
      "Right",
    );
    await standsAt(page, 13);
    await page.evaluate(() =>
      (document.activeElement as HTMLElement | null)?.blur(),
    );
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await standsAt(page, 15);
    // The sink has pre-committed, and no task has acknowledged.
    await expect(narration).toContainText("pre-commits transaction 0");
    const graph = page.getByRole("group", { name: "Tasks" });
    await expect(
      graph.getByRole("button", { name: /^Count 0.*R45: 3, 1800/ }),
    ).toBeVisible();

    await page.keyboard.press("ArrowRight");
    await standsAt(page, 16);
    await expect(narration).toContainText("checkpoint 1 with it");
    await expect(
      graph.getByRole("button", { name: /^Count 0, failed/ }),
    ).toBeVisible();

    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await standsAt(page, 18);
    await expect(narration).toContainText("The job is back");
    await expect(narration).toContainText("3 events read before come again");

    await page.keyboard.press("End");
    await view(page, "Results").click();
    await expect(verdicts(page, "correct")).toHaveCount(8);
    await fitsAcross(page);
    await withoutViolations(page);
  });

  test("leaves rows behind in a sink that appends, and none in one that upserts", async ({
    page,
  }) => {
    await page.goto(`${lesson}?beat=checkpointing-is-on`);
    await slider(page).focus();
    await page.keyboard.press("End");
    await expect(verdicts(page, "duplicated")).toHaveCount(3);
    await expect(verdicts(page, "correct")).toHaveCount(5);
    await knob(page, "Sink").selectOption("upsert");
    await expect(verdicts(page, "correct")).toHaveCount(8);
    await expect(verdicts(page, "duplicated")).toHaveCount(0);
    // A transaction that is open at the crash is aborted: the reader waits for the next checkpoint, and sees each order once.
    await knob(page, "Sink").selectOption("transactional");
    await page.keyboard.press("End");
    await expect(verdicts(page, "correct")).toHaveCount(8);
  });
});
