// A person's own events on the workbench: from a file to the stage, every bad row named; and the run as files that give it again.
import { readFile } from "node:fs/promises";
import {
  clicks,
  expect,
  panel,
  rows,
  table,
  test,
  withoutViolations,
} from "./lab";
import type { Page } from "@playwright/test";

const csv = `order,restaurant,happened,amount
o1,R45,2025-11-14T12:01:00Z,5
o2,R45,2025-11-14T12:06:00Z,7
o3,R12,soon,1
o4,R45,2025-11-14T12:02:00Z,2
o5,,2025-11-14T12:07:00Z,2
`;

const column = (page: Page, name: string) =>
  page.getByRole("combobox", { name, exact: true });

async function choose(page: Page, name: string, text: string | Buffer) {
  await page.goto("./#/workbench");
  await panel(page, "Import").click();
  await page.getByLabel("Drop a file here, or choose one").setInputFiles({
    name,
    mimeType: "text/plain",
    buffer: Buffer.from(text),
  });
}

test("a CSV file's events go on the stage once the bad rows are agreed to be left out", async ({
  page,
}) => {
  await choose(page, "orders.csv", csv);
  await expect(column(page, "Event time")).toHaveValue("happened");
  await column(page, "Key").selectOption("restaurant");
  await column(page, "Id").selectOption("order");
  await page.getByRole("button", { name: "Read the file" }).click();
  await expect(table(page, "Bad rows")).toBeVisible();
  expect(await rows(page, "Bad rows")).toEqual([
    [
      "4",
      "happened",
      "“soon” is not a date with time such as 2025-11-14T02:01:00Z",
    ],
    ["6", "restaurant", "is empty"],
  ]);
  const put = page.getByRole("button", { name: "Put them on the stage" });
  await expect(put).toBeDisabled();
  await withoutViolations(page);
  await page.getByLabel("Go on without them").check();
  await put.click();
  await page.getByRole("button", { name: "Last step", exact: true }).click();
  await expect(table(page, "Windows")).toContainText("R45");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(table(page, "Windows")).not.toContainText("R45");
});

test("a file that holds no events says why, and nothing is lost", async ({
  page,
}) => {
  await choose(page, "picture.csv", Buffer.from([0x89, 0x50, 0, 0, 1]));
  await expect(page.getByRole("alert")).toContainText("this is no text");
  await choose(page, "names.csv", "name,town\nann,rome\n");
  await expect(page.getByRole("alert")).toContainText(
    "No column of this file holds instants",
  );
});

test("sixty thousand rows are read and run while the page goes on, and part of them is stepped through", async ({
  page,
}) => {
  const lines = Array.from(
    { length: 60_000 },
    (_, i) => `k${i % 7},${1_763_100_000_000 + i * 100}`,
  );
  await choose(page, "many.csv", `key,ts\n${lines.join("\n")}\n`);
  await page.getByRole("button", { name: "Read the file" }).click();
  await expect(page.getByText("The stage shows every event")).toBeVisible();
  await page.getByRole("button", { name: "Run all 60,000 of them" }).click();
  await expect(page.getByRole("status", { name: "Scale run" })).toHaveText(
    /Done: 60,000 events/,
  );
  await expect(
    page.getByRole("radio", { name: "the 60,000 of many.csv" }),
  ).toBeChecked();
  await expect(table(page, "Latest results of the scale run")).toContainText(
    "k6",
  );
  await panel(page, "Import").click();
  await page.getByLabel("How many").fill("50");
  await page.getByRole("button", { name: "Put them on the stage" }).click();
  await expect(
    page.getByRole("slider", { name: "Step", exact: true }),
  ).toHaveAttribute("aria-valuetext", /of 5[01]$/);
});

test("a trace that was saved is opened again as the same run", async ({
  page,
}) => {
  await page.goto("./#/workbench");
  await panel(page, "Export").click();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Trace as JSON" }).click();
  const saved = await readFile(await (await saving).path());
  await panel(page, "Import").click();
  await page.getByLabel("Drop a file here, or choose one").setInputFiles({
    name: "trace.json",
    mimeType: "application/json",
    buffer: saved,
  });
  await expect(
    page.getByText("It gives the same trace as when it was written."),
  ).toBeVisible();
});

test("a table of results is held against the stage, and a picture puts back what it shows", async ({
  page,
}) => {
  await page.goto("./#/workbench");
  const stepped = page.getByRole("slider", { name: "Step", exact: true });
  await page.getByRole("button", { name: "Step forward" }).click();
  await page.getByRole("button", { name: "Step forward" }).click();
  const there = await stepped.getAttribute("aria-valuetext");
  const pictures: [name: string, made: Buffer][] = [];
  for (const kind of ["SVG", "PNG"]) {
    await page.getByRole("button", { name: "Save as a picture" }).click();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: kind, exact: true }).click();
    const file = await saving;
    pictures.push([
      file.suggestedFilename(),
      await readFile(await file.path()),
    ]);
  }
  await panel(page, "Export").click();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Results as CSV" }).click();
  const results = await readFile(await (await saving).path());

  await panel(page, "Import").click();
  const take = (name: string, buffer: Buffer) =>
    page
      .getByLabel("Drop a file here, or choose one")
      .setInputFiles({ name, mimeType: "", buffer });
  await take("results.csv", results);
  await expect(page.getByText("all the same.")).toBeVisible();
  for (const [name, made] of pictures) {
    await page.getByRole("button", { name: "First step" }).click();
    await panel(page, "Pipeline").click();
    await page.getByRole("spinbutton", { name: "Window size" }).fill("1");
    await page.keyboard.press("Tab");
    await panel(page, "Import").click();
    await take("results.csv", results);
    await expect(page.getByText("gives others")).toBeVisible();
    await take(name, made);
    await expect(page.getByText(`${name} is on the stage`)).toBeVisible();
    await expect(stepped).toHaveAttribute("aria-valuetext", there ?? "");
    await take("results.csv", results);
    await expect(page.getByText("all the same.")).toBeVisible();
  }
  await take(
    "drawn.svg",
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"></svg>`),
  );
  await expect(page.getByText("brings no scenario along")).toBeVisible();
});

test("a file dropped where none goes does not leave the page", async ({
  page,
}) => {
  await page.goto(clicks);
  await expect(page.getByRole("region", { name: "Stage" })).toBeVisible();
  const kept = await page.evaluate(() =>
    ["dragover", "drop"].map((kind) => {
      const event = new DragEvent(kind, { bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    }),
  );
  expect(kept).toEqual([true, true]);
});
