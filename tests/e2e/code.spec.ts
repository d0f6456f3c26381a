import { readFile } from "node:fs/promises";
import {
  clicks,
  expect,
  fitsAcross,
  knob,
  test,
  view,
  withoutViolations,
} from "./lab";
import type { Page } from "@playwright/test";

const target = (page: Page, name: string) =>
  page
    .getByRole("radiogroup", { name: "Target" })
    .getByRole("radio", { name, exact: true });

const program = (page: Page, path: string) =>
  page.getByRole("region", { name: path, exact: true });

async function open(page: Page, address = clicks): Promise<void> {
  await page.goto(address);
  await view(page, "Code").click();
  await expect(target(page, "Flink SQL")).toBeAttached();
}

test.describe("the code view", () => {
  test("says the pipeline in five languages and follows the knobs", async ({
    page,
  }) => {
    // Axe looks at every coloured word.
    test.slow();
    await open(page);
    await expect(target(page, "Flink SQL")).toBeChecked();
    for (const [name, path, five, ten] of [
      ["Flink SQL", "job.sql", "INTERVAL '5' MINUTE", "INTERVAL '10' MINUTE"],
      [
        "Flink DataStream (Java)",
        "src/main/java/Job.java",
        "TumblingEventTimeWindows.of(Duration.ofMinutes(5))",
        "TumblingEventTimeWindows.of(Duration.ofMinutes(10))",
      ],
      ["PySpark", "job.py", '"5 minutes"', '"10 minutes"'],
      [
        "Kafka Streams (Java)",
        "src/main/java/Job.java",
        "Duration.ofMinutes(5)",
        "Duration.ofMinutes(10)",
      ],
      [
        "Beam (Python)",
        "job.py",
        "FixedWindows(5 * 60)",
        "FixedWindows(10 * 60)",
      ],
    ] as const) {
      await target(page, name).check({ force: true });
      await expect(program(page, path)).toContainText(five);
      await knob(page, "Window size").fill("10 min");
      await knob(page, "Window size").press("Enter");
      await expect(program(page, path)).toContainText(ten);
      await page.getByRole("button", { name: "Undo" }).click();
      await expect(program(page, path)).toContainText(five);
    }
    await withoutViolations(page);
    await fitsAcross(page);
  });

  test("says in the program what an engine has no equivalent for", async ({
    page,
  }) => {
    await open(page);
    await knob(page, "Allowed lateness").fill("1 min");
    await knob(page, "Allowed lateness").press("Enter");
    await target(page, "PySpark").check({ force: true });
    await expect(program(page, "job.py")).toContainText(
      "# Spark has no allowed lateness: 1 min are left out",
    );
  });

  test("gives the reason with its place where an engine cannot say the pipeline", async ({
    page,
  }) => {
    await open(page, "./#/lesson/window-shapes?window=count");
    await target(page, "PySpark").check({ force: true });
    await expect(
      page.getByText("pipeline.window.kind: Spark has no windows by count"),
    ).toBeVisible();
    await expect(page.getByRole("button", { name: "Copy" })).toHaveCount(0);
    await withoutViolations(page);
  });

  test("is chosen, scrolled and left by keyboard", async ({ page }) => {
    await open(page);
    await target(page, "Flink SQL").focus();
    await page.keyboard.press("ArrowRight");
    await expect(target(page, "Flink DataStream (Java)")).toBeChecked();
    await page.getByLabel("File").selectOption("pom.xml");
    await expect(program(page, "pom.xml")).toContainText("<project");
    await program(page, "pom.xml").focus();
    await page.keyboard.press("Tab");
    await expect(program(page, "pom.xml")).not.toBeFocused();
  });

  test("is copied and downloaded whole", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(page);
    await target(page, "PySpark").check({ force: true });
    await page.getByRole("button", { name: "Copy" }).click();
    await expect(page.getByRole("status", { name: "Code" })).toHaveText(
      "job.py copied.",
    );
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("import json");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download", exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("job.py");
    expect(await readFile(await download.path(), "utf8")).toBe(copied);
  });

  test("is on every lesson's stage, and so are the other views of every run", async ({
    page,
  }) => {
    for (const slug of [
      "two-clocks",
      "dedupe-with-memory",
      "one-millisecond",
    ]) {
      await page.goto(`./#/lesson/${slug}`);
      for (const name of [
        "Time plane",
        "Windows",
        "State",
        "Results",
        "Charts",
        "Engines",
        "Code",
      ])
        await expect(view(page, name)).toHaveCount(1);
    }
  });
});
