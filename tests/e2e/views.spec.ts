// The stage's views of a stream: what they show, and how they light up together.
import { readFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
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

test.describe("what belongs together", () => {
  test("lights up in every view, is pinned by a press and let go by Escape", async ({
    page,
  }) => {
    await page.goto(goal);
    await slider(page).fill("7");
    await standsAt(page, 7);
    const result = table(page, "Emitted results").getByRole("row", {
      name: /home/,
    });
    const pinned = page.getByRole("status", { name: "Pinned" });
    await expect(pinned).toHaveText("");

    // With the keyboard: focusing lights up, pressing pins and asks.
    await result.getByRole("button").focus();
    await expect(result).toHaveClass(/lit/);
    await page.keyboard.press("Enter");
    await expect(pinned).toHaveText(
      "Pinned: home [00:00, 00:05) = 3: from e1, e4, e5.",
    );
    await expect(result).toHaveAttribute("aria-current", "true");
    await expect(
      table(page, "Windows").getByRole("row", { name: /home/ }),
    ).toHaveClass(/lit/);

    // The same in the other views.
    await view(page, "Results").click();
    const read = table(page, "What a reader sees now");
    await expect(read.getByRole("row", { name: /home/ })).toHaveClass(/lit/);
    await expect(read.getByRole("row", { name: /checkout/ })).not.toHaveClass(
      /lit/,
    );
    await expect(
      table(page, "Emission log").getByRole("button", { name: "e4" }),
    ).toHaveClass(/lit/);
    await view(page, "Pipeline").click();
    await expect(drawn(page).locator(".node.lit")).not.toHaveCount(0);
    await expect(
      drawn(page).locator(".node.lit", { hasText: "Late, dropped" }),
    ).toHaveCount(0);

    await page.getByRole("button", { name: /^Let go/ }).focus();
    await page.keyboard.press("Escape");
    await expect(pinned).toHaveText("");
    await expect(drawn(page).locator(".lit")).toHaveCount(0);
  });

  test("an arrow of the pipeline shows which events went along it", async ({
    page,
  }) => {
    await page.goto(goal);
    await view(page, "Pipeline").click();
    await slider(page).fill("7");
    const arrow = drawn(page).getByRole("button", {
      name: /^from Tumbling 5 min to Late, dropped/,
    });
    await arrow.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("status", { name: "Pinned" })).toHaveText(
      "Pinned: Tumbling 5 min → Late, dropped: e6.",
    );
    await expect(
      table(page, "Late events").getByRole("row", { name: /e6/ }),
    ).toHaveClass(/lit/);
  });
});

/** A scenario on the workbench, by its link. */
const onBench = (scenario: object) =>
  `./#/workbench?s=1.${deflateSync(JSON.stringify(scenario)).toString("base64url")}`;

const tenThousand = {
  engine: "flink",
  pipeline: {
    window: { kind: "tumbling", size: "5 min" },
    aggregate: "count",
    watermark: { kind: "bounded", delay: "10 s" },
  },
  input: {
    generator: {
      seed: 7,
      events: 10_000,
      start: "2025-06-02T10:00:00Z",
      every: "1 s",
      keys: 20,
      delay: { kind: "uniform", max: "1 min" },
    },
  },
};

test.describe("ten thousand events", () => {
  test("every table draws what is in sight, and says how much there is", async ({
    page,
  }) => {
    await page.goto(onBench(tenThousand));
    await expect(slider(page)).toHaveAttribute(
      "aria-valuetext",
      /of 10\d\d\d$/,
    );
    await view(page, "Results").click();
    await slider(page).focus();
    await page.keyboard.press("End");
    const log = table(page, "Emission log");
    await expect(log).toHaveAttribute("aria-rowcount", /^\d{3,}$/);
    const count = Number(await log.getAttribute("aria-rowcount"));
    const rows = log.getByRole("row");
    expect(await rows.count()).toBeLessThan(80);
    // It follows its newest row, the last one.
    await expect(rows.last()).toHaveAttribute("aria-rowindex", String(count));
    await log.evaluate((element) => {
      const box = element.closest(".long");
      if (box) box.scrollTop = 0;
    });
    await expect(rows.nth(1)).toHaveAttribute("aria-rowindex", "2");
    expect(await rows.count()).toBeLessThan(80);
  });
});

test.describe("the stage as a picture", () => {
  for (const [tab, word] of [
    ["Time plane", "event time"],
    ["Windows", "checkout"],
    ["Pipeline", "Tumbling 5 min"],
  ] as const)
    test(`${tab} is saved as SVG and as PNG`, async ({ page }) => {
      await page.goto(goal);
      await view(page, tab).click();
      await slider(page).fill("7");
      const save = async (kind: string) => {
        await page.getByRole("button", { name: "Save as a picture" }).click();
        const [file] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: kind, exact: true }).click(),
        ]);
        expect(file.suggestedFilename()).toMatch(
          new RegExp(`-step-7\\.${kind.toLowerCase()}$`),
        );
        return readFile(await file.path());
      };
      const svg = (await save("SVG")).toString();
      expect(svg).toContain(word);
      expect(svg).not.toMatch(/ (class|style)=|var\(|<script|foreignObject/);
      const [width, height] = await page.evaluate(async (text) => {
        const image = new Image();
        image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }, svg);
      const png = await save("PNG");
      expect(png.subarray(1, 4).toString()).toBe("PNG");
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
        2 * (width ?? 0),
        2 * (height ?? 0),
      ]);
    });
});
