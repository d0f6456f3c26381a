// The workbench: everything about a scenario changed, in every way there is, and nothing lost.
import { deflateSync } from "node:zlib";
import type { Page } from "@playwright/test";
import {
  clicks,
  expect,
  fitsAcross,
  knob,
  panel,
  rows,
  slider,
  standsAt,
  test,
  withoutViolations,
} from "./lab";

const bench = "./#/workbench";

const text = (page: Page) =>
  page.getByRole("textbox", { name: "Scenario as text" });

/** Writes over the 2 of the delay of 2 min. */
async function overType(page: Page, written: string): Promise<void> {
  const delay = text(page).getByText('"2 min"');
  await delay.dblclick({ position: { x: 12, y: 6 } });
  await page.keyboard.type(written);
}

test("a lesson opens on the workbench where it stood, and leads back", async ({
  page,
}) => {
  await page.goto(`${clicks}?at=4&watermark.delay=60000`);
  await standsAt(page, 4);
  await page.getByRole("button", { name: "Open in workbench" }).click();
  await expect(page).toHaveURL(/#\/workbench$/);
  await standsAt(page, 4);
  await panel(page, "Pipeline").click();
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

test("text and form follow each other, and undo covers both", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Text").click();
  await overType(page, "3");
  await expect(page.getByRole("status", { name: "Text" })).toHaveText(
    "The text is what is on the stage.",
  );
  await panel(page, "Pipeline").click();
  const delay = knob(page, "Watermark delay");
  await expect(delay).toHaveValue("3 min");
  await delay.fill("4 min");
  await delay.press("Enter");
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"delay": "4 min"');
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(text(page)).toContainText('"delay": "3 min"');
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(text(page)).toContainText('"delay": "2 min"');
});

test("what makes no sense is marked in its place, and is never lost", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Text").click();
  await overType(page, "soon");
  const problems = page.getByRole("list", { name: "Problems" });
  await expect(problems).toContainText("pipeline.watermark.delay");
  // The stage goes on with what made sense last.
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  await panel(page, "Pipeline").click();
  await expect(knob(page, "Watermark delay")).toHaveValue("2 min");
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"soon min"');
  await problems.getByRole("button", { name: "Line 6" }).click();
  await page.keyboard.type('"5 min"');
  await expect(problems).toBeHidden();
  await panel(page, "Pipeline").click();
  await expect(knob(page, "Watermark delay")).toHaveValue("5 min");
});

test("rubbish in the text breaks nothing", async ({ page }) => {
  await page.goto(bench);
  await panel(page, "Text").click();
  for (const rubbish of [
    "",
    "[".repeat(400),
    '{"engine": "storm"}',
    '{"engine": "flink", "pipeline": 1e999, "input": null}',
    '{"cluster": {"flow": {}}}',
    "\u0000\ud800 <img src=x onerror=alert(1)>",
  ]) {
    await text(page).focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(rubbish);
    await expect(page.getByRole("list", { name: "Problems" })).toBeVisible();
    await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  }
  await page
    .getByRole("button", { name: "Back to what is on the stage" })
    .click();
  await expect(text(page)).toContainText('"engine": "flink"');
});

test("the keyboard gets into the text, completes, and gets out", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Start").focus();
  for (const name of ["Pipeline", "Input", "Generator", "Text"]) {
    await page.keyboard.press("ArrowRight");
    await expect(panel(page, name)).toBeFocused();
  }
  await expect(text(page)).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(text(page)).toBeFocused();
  // Letters that are the page's keys elsewhere are only letters here.
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.press("End");
  await page.keyboard.type(' "sou');
  await page.keyboard.press("ControlOrMeta+Space");
  await page
    .getByRole("option", { name: "sources" })
    .waitFor({ state: "visible" });
  // A list that has just come up takes no key that was meant for the text.
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  await expect(text(page)).toContainText('"sources": []');
  await page.keyboard.press("Tab");
  await expect(text(page)).not.toBeFocused();
});

test("the input is a table: cells, rows, pasting, and errors in their cell", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Input").click();
  const input = page.getByRole("table", { name: "Input" });
  const cell = (name: string) => input.getByLabel(name, { exact: true });
  // An event that arrives before it happens: the cell keeps what was typed.
  await cell("Arrival of e2").fill("11:00");
  await cell("Arrival of e2").press("Tab");
  await expect(cell("Arrival of e2")).toHaveAttribute("aria-invalid", "true");
  await expect(cell("Arrival of e2")).toHaveValue("11:00");
  await expect(page.getByRole("alert")).toContainText("before it happens");
  // A later one takes another place in the order.
  await cell("Arrival of e2").fill("12:09");
  await cell("Arrival of e2").press("Tab");
  await expect(page.getByRole("alert")).toBeHidden();
  await expect(input.getByRole("row").last()).toContainText("12");
  await expect(cell("Arrival of e2")).toHaveValue("12:09:00");
  await cell("Key of e1").fill("cake");
  await cell("Key of e1").press("ArrowDown");
  await expect(cell("Key of e3")).toBeFocused();
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"key": "cake"');
  await panel(page, "Input").click();

  await page.getByRole("button", { name: "Delete e3" }).click();
  await page.getByRole("button", { name: "Add row" }).click();
  await page.getByLabel("Kind of row").selectOption("Watermark");
  await page.getByRole("button", { name: "Add row" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 13$/);

  await cell("Id of e1").focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData(
      "text/plain",
      "p1\ttea\t12:00\t12:01\np2\ttea\t12:00\t12:02\n",
    );
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", {
        clipboardData: data,
        bubbles: true,
        cancelable: true,
      }),
    );
  });
  await expect(cell("Arrival of p2")).toHaveValue("12:02:00");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(cell("Key of e1")).toHaveValue("cake");
});

test("a generator is set and seen, and written out into rows", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Generator").click();
  await page.getByRole("button", { name: "Make up the events" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 301$/);
  const form = page.getByRole("group", { name: "Generator" });
  await form.getByRole("combobox", { name: "Delay" }).selectOption("none");
  await expect(page.getByText("All 300 arrive in order.")).toBeVisible();
  await form.getByLabel("Events", { exact: true }).fill("0");
  await form.getByLabel("Events", { exact: true }).press("Tab");
  await expect(form.getByRole("alert")).toContainText("must be from 1");
  await form.getByLabel("Events", { exact: true }).fill("2000");
  await form.getByLabel("Events", { exact: true }).press("Tab");
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 2001$/);
  await page.getByRole("button", { name: "Write out as events" }).click();
  const input = page.getByRole("table", { name: "Input" });
  await expect(input).toHaveAttribute("aria-rowcount", "2002");
  // Of two thousand rows only those in sight are there.
  expect(await input.getByRole("row").count()).toBeLessThan(80);
});

test("every field of the pipeline can be set, also those without a knob", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Pipeline").click();
  await page.getByText("Every field, as the scenario is written").click();
  const fields = page.getByRole("group", { name: "Fields" });
  const offset = fields
    .getByRole("group", { name: "Window" })
    .getByLabel("Offset", { exact: true });
  await offset.fill("1 min");
  await offset.press("Tab");
  await page.getByRole("button", { name: "Last step", exact: true }).click();
  await expect(
    page.getByRole("table", { name: "Windows" }).getByText("[12:01, 12:06)"),
  ).not.toHaveCount(0);
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"offset": "1 min"');
});

test("a link carries everything to another browser", async ({
  page,
  browser,
}) => {
  await page.goto(bench);
  await panel(page, "Pipeline").click();
  await knob(page, "Window").selectOption("session");
  await page.getByRole("button", { name: "Step forward" }).click();
  await page.getByRole("button", { name: "Step forward" }).click();
  // Without leave to write to the clipboard the link stands there to be copied.
  await page.evaluate(() =>
    Object.defineProperty(navigator, "clipboard", {
      value: { writeText: () => Promise.reject(new Error("no")) },
    }),
  );
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel(/^This link opens/).inputValue();
  expect(link.length).toBeLessThan(4_000);

  const other = await browser.newContext();
  const fresh = await other.newPage();
  await fresh.goto(link);
  await standsAt(fresh, 2);
  await panel(fresh, "Pipeline").click();
  await expect(knob(fresh, "Window")).toHaveValue("session");
  await other.close();
});

test("a link made while comparing opens the same comparison, and a reload goes on with it", async ({
  page,
  browser,
}) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, "clipboard", { value: undefined }),
  );
  await page.goto(bench);
  const forward = page.getByRole("button", { name: "Step forward" });
  await forward.click();
  await forward.click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await knob(page, "Window size").fill("2 min");
  await knob(page, "Window size").press("Enter");
  await forward.press("Enter");
  await standsAt(page, 3);
  const differs = (page: Page) =>
    page.getByRole("status", { name: "Difference", exact: true });
  const what = await differs(page).innerText();
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("opens this comparison").inputValue();
  await page.keyboard.press("Escape");

  const same = async (page: Page) => {
    await standsAt(page, 3);
    await expect(page.getByText("Forked at step 2.")).toBeVisible();
    await expect(knob(page, "Window size")).toHaveValue("2 min");
    await expect(differs(page)).toHaveText(what);
  };
  const other = await browser.newContext();
  const fresh = await other.newPage();
  await fresh.goto(link);
  await same(fresh);
  // What is changed is the copy's: closing leaves the scenario as it was sent.
  await fresh.getByRole("button", { name: "Close" }).click();
  await panel(fresh, "Pipeline").click();
  await expect(knob(fresh, "Window size")).toHaveValue("5 min");
  await other.close();

  // The draft is kept after a moment.
  await page.waitForTimeout(600);
  await page.reload();
  await same(page);
});

test("links that do not open say why, and leave the draft", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Pipeline").click();
  await knob(page, "Window").selectOption("session");
  await page.waitForTimeout(600);
  const foreign = Buffer.from('{"engine":"storm"}');
  for (const [packed, why] of [
    ["1.eJyrVkrNS8_MS1WyUkrLyczL", "damaged or cut off"],
    ["1.<script>alert(1)</script>", "does not belong"],
    ["7.AAAA", "a newer Headwater made it"],
    ["nonsense", "does not carry a scenario"],
    [`1.${deflateSync(foreign).toString("base64url")}`, "storm"],
    [`1.${deflateSync(Buffer.alloc(9_000_000)).toString("base64url")}`, "2 MB"],
  ] as const) {
    await page.goto("./#/");
    await page.goto(`${bench}?s=${encodeURIComponent(packed)}`);
    await expect(page.getByRole("alert")).toContainText(why);
    await panel(page, "Pipeline").click();
    await expect(knob(page, "Window")).toHaveValue("session");
  }
});

test("a draft survives a reload, and is offered to a new tab", async ({
  page,
  context,
}) => {
  await page.goto(bench);
  await panel(page, "Text").click();
  await overType(page, "soon");
  await expect(page.getByRole("list", { name: "Problems" })).toBeVisible();
  await page.reload();
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"soon min"');
  await expect(page.getByRole("list", { name: "Problems" })).toBeVisible();
  const second = await context.newPage();
  await second.goto(bench);
  // As long as the first tab has it, it is the first tab's.
  await expect(second.getByRole("list", { name: "Drafts" })).toBeHidden();
  await page.close();
  await second.reload();
  await second
    .getByRole("list", { name: "Drafts" })
    .getByRole("button")
    .first()
    .click();
  await panel(second, "Text").click();
  await expect(text(second)).toContainText('"soon min"');
});

test("a scenario is a file, and a file is a scenario", async ({ page }) => {
  await page.goto(bench);
  const file = page.getByLabel(/^Open a scenario/);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download scenario" }).click();
  const path = await (await download).path();
  await page.getByRole("button", { name: "One event" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 1$/);
  await file.setInputFiles(path);
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  for (const [buffer, why] of [
    [Buffer.from([0xff, 0xfe, 0x00]), "not text in UTF-8"],
    [Buffer.from("id,key\n1,a"), "expected"],
    [Buffer.from('{"engine":"flink"}'), "a scenario has"],
  ] as const) {
    await file.setInputFiles({
      name: "rubbish.json",
      mimeType: "application/json",
      buffer,
    });
    await expect(page.getByRole("alert")).toContainText(why);
    await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  }
});

test("a model of a cluster opens too, as form and as text", async ({
  page,
}) => {
  await page.goto("./#/lesson/crash-and-replay");
  await page.getByRole("button", { name: "Open in workbench" }).click();
  await panel(page, "Text").click();
  await expect(text(page)).toContainText('"flow"');
  await panel(page, "Pipeline").click();
  await expect(
    page.getByRole("group", { name: "Pipeline" }).getByRole("spinbutton"),
  ).not.toHaveCount(0);
  // To a stream and back: one history.
  await panel(page, "Start").click();
  await page.getByRole("button", { name: "Twelve orders" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /of 12$/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(
    page.getByRole("region", { name: "Stage" }).getByRole("tab", {
      name: "Pipeline",
    }),
  ).toBeVisible();
});

test("the workbench fits a phone, and every panel is accessible", async ({
  page,
}) => {
  // Every panel is looked through by axe, which takes its time.
  test.slow();
  await page.goto(bench);
  const tabs = page.getByRole("tablist", { name: "Workbench" });
  for (const tab of await tabs.getByRole("tab").all()) {
    await tab.click();
    await expect(page.getByText(/^Fetching/)).toBeHidden();
    await fitsAcross(page);
    await withoutViolations(page);
  }
});
