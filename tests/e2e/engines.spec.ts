import {
  expect,
  fitsAcross,
  knob,
  rows,
  standsAt,
  table,
  test,
  view,
  withoutViolations,
} from "./lab";

/** A beat in which nothing waits, of a lesson whose events the four engines do not agree on. */
const beat =
  "./#/lesson/micro-batch-or-continuous?beat=keep-it-in-flink&view=engines";

/** The cells of the row of a window, engine by engine. */
const cells = async (page: Parameters<typeof table>[0], window: string) =>
  (
    await table(page, "Engines")
      .getByRole("row")
      .filter({ hasText: window })
      .getByRole("cell")
      .allInnerTexts()
  ).map((text) => text.replace(/\s+/g, " ").trim());

test.describe("the engines view", () => {
  test("shows four columns that differ, each difference explained by each engine's rule with its numbers", async ({
    page,
  }) => {
    await page.goto(`${beat}&at=4`);
    const engines = table(page, "Engines");
    await expect(engines.getByRole("columnheader")).toHaveText([
      /window/,
      /Flink/,
      "Spark",
      "Beam",
      "Kafka Streams",
    ]);
    expect(await cells(page, "[02:00, 02:15)")).toEqual([
      "600",
      "625",
      "600",
      "600",
    ]);
    const why = engines.getByRole("button", {
      name: /\[02:00, 02:15\).*differs/,
    });
    await expect(why).toHaveAttribute("aria-expanded", "false");
    await why.press("Enter");
    await expect(why).toHaveAttribute("aria-expanded", "true");
    const reasons = engines.getByRole("listitem");
    await expect(reasons).toHaveText([
      /Flink drops m3 at step 3: 02:15:00 − 1 ms \+ 0 ≤ 02:16:59\.999 .*end − 1 ms \+ lateness ≤ watermark/,
      /Spark keeps m3 at step 3: 02:15:00 > 02:08:00 .*end ≤ watermark/,
      /Beam drops m3 at step 3: 02:15:00 \+ 0 < 02:17:00 .*end \+ lateness < watermark/,
      /Kafka Streams drops m3 at step 3: 02:15:00 ≤ 02:22:00 − 5 min .*end ≤ stream time − grace/,
    ]);
    await page.getByRole("button", { name: "Explain all differences" }).click();
    await expect(engines.getByRole("button", { name: /differs/ })).toHaveCount(
      await engines.getByRole("button", { expanded: true }).count(),
    );
    await withoutViolations(page);
    await fitsAcross(page);
  });

  test("follows the playhead and the knobs", async ({ page }) => {
    await page.goto(`${beat}&at=4`);
    const engines = table(page, "Engines");
    await expect(engines.getByText("625")).toBeVisible();
    const watermarks = () =>
      engines
        .getByRole("row", { name: /^watermark/ })
        .getByRole("cell")
        .allInnerTexts();
    const before = await watermarks();
    await knob(page, "Watermark delay").fill("8 min");
    await expect(
      engines.getByRole("row", { name: /^late events/ }).getByRole("cell"),
    ).toHaveText(["0", "0", "0", "0"]);
    const after = await watermarks();
    // Stream time knows no delay; the three watermarks do.
    expect(before.map((text, i) => text === after[i])).toEqual([
      false,
      false,
      false,
      true,
    ]);
    await view(page, "Engines").focus();
    await page.getByRole("button", { name: "First step" }).click();
    await standsAt(page, 0);
    await expect(
      page.getByText("Nothing has arrived yet.", { exact: true }),
    ).toBeVisible();
    await expect(
      engines.getByRole("row", { name: /^results/ }).getByRole("cell"),
    ).toHaveText(["0", "0", "0", "0"]);
  });

  test("four-engines: four columns that differ, each difference explained; changing the delay changes all four", async ({
    page,
  }) => {
    await page.goto(
      "./#/lesson/four-engines?beat=more-patience&view=engines&at=12",
    );
    const engines = table(page, "Engines");
    await expect(engines.getByText("[10:02, 10:03)").first()).toBeVisible();
    /** What each engine says of every window, a text for each of the four. */
    const columns = async () => {
      const windows = (await rows(page, "Engines")).filter(
        (row) => row[0]?.includes("[") && row.length === 5,
      );
      return [1, 2, 3, 4].map((i) => windows.map((row) => row[i]).join(" | "));
    };
    const before = await columns();
    // Keys within windows: cart, home of 10:00, of 10:01, of 10:02; Spark's last batch has not run at e12.
    expect(new Set(before).size).toBe(4);

    await page.getByRole("button", { name: "Explain all differences" }).click();
    const differences = engines.getByRole("button", { name: /differs/ });
    await expect(differences).not.toHaveCount(0);
    await expect(differences).toHaveCount(
      await engines.getByRole("button", { expanded: true }).count(),
    );
    const reasons = (await engines.getByRole("listitem").allInnerTexts())
      .map((text) => text.replace(/\s+/g, " "))
      .join("\n");
    for (const said of [
      /Flink drops e5 at step 5: 10:01:00 − 1 ms \+ 0 ≤ 10:00:59\.999/,
      /Spark keeps e5 at step 7: 10:01:00 > 10:00:30/,
      /Beam keeps e5 at step 5: 10:01:00 \+ 0 ≥ 10:01:00/,
      /Kafka Streams drops e5 at step 5: 10:01:00 ≤ 10:01:10 − 10 s/,
    ])
      expect(reasons).toMatch(said);

    await knob(page, "Watermark delay").fill("51 s");
    await expect
      .poll(async () => (await columns()).map((text, i) => text === before[i]))
      .toEqual([false, false, false, false]);
    await withoutViolations(page);
    await fitsAcross(page);
  });
});

test.describe("the engine select", () => {
  test("is there on every lesson, and what the chosen engine does not have says why", async ({
    page,
  }) => {
    await page.goto("./#/lesson/out-of-order-or-late?allowed_lateness=60000");
    const engine = knob(page, "Engine");
    await expect(engine).toHaveValue("flink");
    await engine.selectOption("spark");
    await expect(engine).toHaveValue("spark");
    const lateness = knob(page, "Allowed lateness");
    await expect(lateness).toBeDisabled();
    const reason = "Spark has no allowed lateness: the watermark delay is all";
    await expect(page.getByText(reason)).toBeVisible();
    await expect(lateness).toHaveAccessibleDescription(new RegExp(reason));
    // What was lost on the way is said once.
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "Left out here: Spark has no allowed lateness: 1 min are left out",
    );
    // What is the engine's own can be turned.
    await expect(knob(page, "Output mode")).toBeEnabled();
    await withoutViolations(page);
    await fitsAcross(page);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(engine).toHaveValue("flink");
    await expect(lateness).toHaveValue("1 min");
    await expect(lateness).toBeEnabled();
  });

  test("goes back where an engine cannot run the scenario, with the reason and nothing lost", async ({
    page,
  }) => {
    await page.goto("./#/lesson/window-shapes");
    await knob(page, "Window").selectOption("count");
    await knob(page, "Window size").fill("4");
    await knob(page, "Window size").press("Enter");
    const engine = knob(page, "Engine");
    await engine.selectOption("spark");
    await expect(page.getByRole("alert")).toContainText(
      "Spark cannot be chosen: Spark has no windows by count",
    );
    await expect(engine).toHaveValue("flink");
    await expect(engine).toHaveAccessibleDescription(/no windows by count/);
    await expect(knob(page, "Window")).toHaveValue("count");
    await expect(knob(page, "Window size")).toHaveValue("4");
    await withoutViolations(page);
    await fitsAcross(page);
    // It goes once something else is turned, and then the engine can be chosen.
    await knob(page, "Window").selectOption("tumbling");
    await expect(page.getByRole("alert")).toHaveCount(0);
    await engine.selectOption("spark");
    await expect(engine).toHaveValue("spark");
  });

  test("is in the address with what else was turned, whatever the order", async ({
    page,
  }) => {
    await page.goto("./#/lesson/window-shapes?window=session");
    await knob(page, "Engine").selectOption("beam");
    await knob(page, "Session gap").fill("7 min");
    await knob(page, "Session gap").press("Enter");
    await expect(page).toHaveURL(/engine=beam.*gap=|gap=.*engine=beam/);
    await page.reload();
    await expect(knob(page, "Engine")).toHaveValue("beam");
    await expect(knob(page, "Window")).toHaveValue("session");
    await expect(knob(page, "Session gap")).toHaveValue("7 min");
  });
});
