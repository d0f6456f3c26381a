// What is kept on the device: two tabs, a file out and in, storage that is damaged, full or forbidden, starting afresh.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import {
  clicks,
  expect,
  fitsAcross,
  slider,
  test,
  withoutViolations,
} from "./lab";

const data = "./#/data";
const printout = "The printout that cannot be right";

/** Finishes the beat in which looking on is all there is to do, or answers its prediction anyhow. */
async function finishABeat(page: Page, address: string): Promise<void> {
  await page.goto(address);
  const form = page.getByRole("form", { name: "Prediction" });
  await form.getByLabel("home in [00:00, 00:05)").fill("3");
  await form.getByRole("button", { name: "Check" }).click();
  await expect(form.getByRole("status", { name: "Verdict" })).toBeVisible();
}

const link = (page: Page) =>
  page
    .getByRole("navigation", { name: "Lessons" })
    .getByRole("link", { name: new RegExp(printout) });

const kept = (page: Page) =>
  page.evaluate(() => localStorage.getItem("headwater.progress.2") ?? "");

async function saved(page: Page): Promise<string> {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save to a file" }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(
    /^headwater-\d{4}-\d\d-\d\d\.json$/,
  );
  return readFile(await download.path(), "utf8");
}

const load = (page: Page, text: string | Buffer, name = "kept.json") =>
  page.getByLabel("Load from a file").setInputFiles({
    name,
    mimeType: "application/json",
    buffer: Buffer.from(text),
  });

test("two tabs keep what each has done, and show it to each other", async ({
  page,
  context,
}) => {
  await page.goto("./");
  const other = await context.newPage();
  await finishABeat(other, clicks);
  await expect(link(page)).toContainText("1 of 7 beats");

  await other.goto(`${clicks}?beat=two-visits`);
  await other.getByRole("button", { name: "It is wrong" }).click();
  await expect(link(page)).toContainText("2 of 7 beats");
  await page.goto("./#/lesson/two-clocks?at=0");
  await slider(page).press("End");
  const here = () => kept(page);
  await expect.poll(here).toContain('"two-clocks"');
  await expect.poll(here).toContain('"two-visits"');

  await other.goto(data);
  await page.goto(data);
  await page.getByRole("button", { name: "Forget everything …" }).click();
  await page
    .getByRole("button", { name: "Forget everything", exact: true })
    .click();
  await expect(other.getByText("There is nothing to forget.")).toBeVisible();
  expect(await kept(page)).not.toContain("two-visits");
});

test("a file has everything, and brings it to another browser without taking away what is there", async ({
  page,
  browser,
}) => {
  await finishABeat(page, clicks);
  await page.getByRole("button", { name: "Dark theme" }).click();
  await page.goto("./#/workbench");
  await page.getByRole("button", { name: "One event" }).click();
  await page.goto(data);
  const file = await saved(page);
  expect(JSON.parse(file)).toMatchObject({
    headwater: "progress",
    settings: { theme: "dark" },
  });

  const there = await (await browser.newContext()).newPage();
  await there.goto(`${clicks}?beat=two-visits`);
  await there.getByRole("button", { name: "It is wrong" }).click();
  await there.goto(data);
  await load(there, file);
  await expect(
    there.getByRole("status", { name: "Loaded file" }),
  ).toContainText(
    /1 beat was new here.* 1 draft of the workbench was new here\./,
  );
  await expect(there.getByRole("definition").first()).toContainText(
    "2 beats in 1 lesson",
  );
  await expect(
    there.getByRole("button", { name: "Light theme" }),
  ).toBeVisible();
  await load(there, file);
  await expect(
    there.getByRole("status", { name: "Loaded file" }),
  ).toContainText("here already");
  await there.context().close();
});

test("a file that does not fit is told where, and changes nothing", async ({
  page,
}) => {
  await finishABeat(page, clicks);
  await page.goto(data);
  const before = await kept(page);
  const alert = page.getByRole("alert");
  for (const [text, said] of [
    ["{", "not JSON"],
    [`{"headwater":"scenario"}`, "this file is another one"],
    [`{"lessons":{"x":{"done":["a",7]}}}`, "lessons.x.done[1]"],
    [
      `{"headwater":"progress","version":2,"lessons":{},"scores":{},"resets":0,"settings":{"theme":"<b>"}}`,
      "settings.theme",
    ],
    [`{"headwater":"progress","version":99}`, "newer version"],
    [Buffer.from("\ufeff{}", "utf16le"), "UTF-16"],
    [Buffer.from([0x7b, 0xff, 0x7d]), "not text in UTF-8"],
    [Buffer.alloc(21_000_000, " "), "no more than 20.0 MB"],
  ] as const) {
    await load(page, text, "<img src=x onerror=alert(1)>.json");
    await expect(alert).toContainText(said);
  }
  expect(await kept(page)).toBe(before);
  await load(page, `\ufeff${before}`);
  await expect(alert).toHaveCount(0);
  await expect(page.getByRole("status", { name: "Loaded file" })).toContainText(
    "here already",
  );
});

test("one lesson is forgotten when that is confirmed, and not before", async ({
  page,
}) => {
  await finishABeat(page, clicks);
  await page.goto(data);
  await page
    .getByRole("combobox", { name: "Lesson to forget" })
    .selectOption(printout);
  const ask = page.getByRole("button", { name: "Forget this lesson …" });
  await ask.click();
  const dialog = page.getByRole("dialog", { name: "Forget this lesson?" });
  await expect(dialog).toContainText("1 finished beat");
  await withoutViolations(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(ask).toBeFocused();
  await ask.click();
  await dialog.getByRole("button", { name: "Keep it" }).click();
  expect(await kept(page)).toContain("clicks-in-five-minutes");

  await ask.click();
  await dialog.getByRole("button", { name: "Forget the lesson" }).click();
  await expect(page.getByRole("status", { name: "Forgotten" })).toContainText(
    "starts afresh",
  );
  await page.goto("./");
  await expect(link(page)).not.toContainText("of 7 beats");
});

test("damaged storage is told, can be saved, and is thrown away when that is confirmed", async ({
  page,
}) => {
  await page.goto("./");
  await page.evaluate(() =>
    localStorage.setItem("headwater.progress.2", "{damaged <b>"),
  );
  await page.reload();
  await page
    .getByRole("alert")
    .getByRole("link", { name: "Your data" })
    .click();
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save what was set aside" }).click();
  expect(await readFile(await (await waiting).path(), "utf8")).toBe(
    "{damaged <b>",
  );
  await page.getByRole("button", { name: "Throw away …" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "Throw it away" })
    .click();
  await expect(page.getByRole("heading", { name: "Set aside" })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("what an older version of the lab kept is there", async ({ page }) => {
  await page.addInitScript(() =>
    localStorage.setItem(
      "headwater.progress.1",
      `{"lessons":{"clicks-in-five-minutes":{"done":["two-visits"],"finished":false}},"last":"clicks-in-five-minutes"}`,
    ),
  );
  await page.goto("./");
  await expect(link(page)).toContainText("1 of 7 beats");
  await expect(link(page)).toContainText("you were here");
});

for (const [what, error] of [
  ["full", "QuotaExceededError"],
  ["forbidden", "SecurityError"],
] as const)
  test(`storage that is ${what} is told, and the lab works`, async ({
    page,
  }) => {
    await page.addInitScript((name) => {
      const fail = () => {
        throw new DOMException("no", name);
      };
      if (name === "SecurityError")
        Object.defineProperty(window, "localStorage", { get: fail });
      else Storage.prototype.setItem = fail;
    }, error);
    await finishABeat(page, clicks);
    const alert = page.getByRole("alert");
    await expect(alert).toContainText("forgotten when you close the page");
    await alert.getByRole("link", { name: "Your data" }).click();
    await expect(page.getByRole("definition").first()).toContainText("1 beat");
    expect(JSON.parse(await saved(page))).toMatchObject({
      lessons: { "clicks-in-five-minutes": { resets: 0 } },
    });
  });

for (const scheme of ["light", "dark"] as const)
  test(`the page about it has no accessibility violations and fits, ${scheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await finishABeat(page, clicks);
    await page.goto(data);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      "Your data",
    );
    await withoutViolations(page);
    await fitsAcross(page);
  });
