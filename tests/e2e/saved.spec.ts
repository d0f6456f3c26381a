// Whatever the lab saves is opened by it again, in a browser that has seen nothing of it, and gives the same.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import {
  drop,
  expect,
  knob,
  panel,
  slider,
  standsAt,
  table,
  test,
} from "./lab";

interface Saved {
  name: string;
  bytes: Buffer;
}

async function saved(page: Page, press: () => Promise<void>): Promise<Saved> {
  const coming = page.waitForEvent("download");
  await press();
  const file = await coming;
  return {
    name: file.suggestedFilename(),
    bytes: await readFile(await file.path()),
  };
}

/** Anywhere but where files are asked for. */
const letGo = (page: Page, { name, bytes }: Saved) =>
  drop(page.getByRole("region", { name: "Stage" }), name, bytes);

test("all that a lesson's run is saved as comes back by a drop anywhere on the workbench", async ({
  page,
  browser,
}, info) => {
  test.setTimeout(180_000);
  test.skip(info.project.name === "phone", "a phone has nothing to drop");
  await page.goto(
    "./#/lesson/clicks-in-five-minutes?beat=get-it-back&at=5&watermark.delay=20000",
  );
  await standsAt(page, 5);
  await page.getByRole("button", { name: "Save as a picture" }).click();
  const picture = await saved(page, () =>
    page.getByRole("button", { name: "SVG", exact: true }).click(),
  );
  await page.getByRole("button", { name: "Save as a picture" }).click();
  await page.getByRole("button", { name: "Tables …" }).click();
  const files = new Map<string, Saved>();
  for (const what of ["Events", "Results", "Trace"])
    for (const form of ["CSV", "JSON"])
      files.set(
        `${what} ${form}`,
        await saved(page, () =>
          page
            .getByRole("button", { name: `${what} as ${form}`, exact: true })
            .click(),
        ),
      );
  await panel(page, "Start").click();
  const scenario = await saved(page, () =>
    page.getByRole("button", { name: "Download scenario" }).click(),
  );

  const other = await browser.newContext();
  let fresh = await other.newPage();
  /** A workbench with something else on it: in a tab of its own, which has no draft. */
  const anew = async () => {
    await fresh.close();
    fresh = await other.newPage();
    await fresh.goto("./#/workbench");
    await expect(slider(fresh)).toHaveAttribute("aria-valuetext", /of 12$/);
  };
  /** What is on the stage is saved as the same file, to the byte. */
  const again = async (of: string) => {
    await panel(fresh, "Export").click();
    const file = await saved(fresh, () =>
      fresh
        .getByRole("button", { name: of.replace(" ", " as "), exact: true })
        .click(),
    );
    expect(file.bytes.equals(files.get(of)?.bytes as Buffer), of).toBe(true);
  };
  for (const what of ["Events", "Results", "Trace"]) {
    await anew();
    await letGo(fresh, files.get(`${what} JSON`) as Saved);
    await expect(
      fresh.getByText(`It gives the same ${what.toLowerCase()} as when`),
    ).toBeVisible();
    await again(`${what} JSON`);
    await again(`${what} CSV`);
  }
  await anew();
  await letGo(fresh, picture);
  await expect(fresh.getByText(/is on the stage, as it was/)).toBeVisible();
  await standsAt(fresh, 5);
  await again("Trace JSON");

  await anew();
  await letGo(fresh, scenario);
  await expect(slider(fresh)).toHaveAttribute("aria-valuetext", /of 7$/);
  await again("Trace JSON");
  // Tables say nothing of the pipeline: they are held against the stage.
  for (const what of ["Results", "Trace"]) {
    await letGo(fresh, files.get(`${what} CSV`) as Saved);
    await expect(
      fresh.getByText(
        new RegExp(`holds the ${what.toLowerCase()} of what is on the stage`),
      ),
    ).toBeVisible();
  }
  // Events as a table are read as one's own, and give the same results in the same pipeline.
  await letGo(fresh, files.get("Events CSV") as Saved);
  await fresh.getByRole("button", { name: "Read the file" }).click();
  await fresh.getByRole("button", { name: "Put them on the stage" }).click();
  await again("Results CSV");
  await again("Events CSV");
  await other.close();
});

test("a file is opened as what it is, wherever it is chosen", async ({
  page,
}) => {
  await page.goto("./#/workbench");
  const start = page.getByLabel(/^Open a scenario/);
  const csv = "ts,key\n1000,a\n2000,b\n";
  await start.setInputFiles({
    name: "mine.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(csv),
  });
  // The panel that reads it is the one that is open now.
  await page.getByRole("button", { name: "Read the file" }).click();
  await page.getByRole("button", { name: "Put them on the stage" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 3$/);
  const here = page.getByLabel("Drop a file here, or choose one");
  const scenario = {
    engine: "flink",
    pipeline: {
      window: { kind: "tumbling", size: "5 min" },
      aggregate: "count",
      watermark: { kind: "bounded", delay: "9 min" },
    },
    input: { steps: [{ event: { id: "e1", key: "z", ts: 0 } }] },
  };
  const json = (value: unknown, name: string) => ({
    name,
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(value)),
  });
  await here.setInputFiles(json(scenario, "scenario.json"));
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 1$/);
  // One that is not sound is told as a scenario, not as a file without instants.
  await here.setInputFiles(
    json({ ...scenario, engine: "storm" }, "scenario.json"),
  );
  await expect(page.getByRole("alert")).toContainText("storm");
  await here.setInputFiles(
    json({ headwater: "progress", version: 2 }, "headwater.json"),
  );
  await expect(page.getByText("is a copy of somebody’s data")).toBeVisible();
  await panel(page, "Pipeline").click();
  await expect(knob(page, "Watermark delay")).toHaveValue("9 min");
  await page.getByRole("button", { name: "Last step" }).click();
  await expect(table(page, "Windows")).toContainText("z");
});
