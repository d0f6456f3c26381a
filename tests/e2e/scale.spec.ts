// Large runs at the workbench: in a worker, cancelled at once, on any input; the numbers as tables and charts.
import type { Page } from "@playwright/test";
import { expect, knob, test } from "./lab";

async function openScale(page: Page): Promise<void> {
  await page.goto("./#/workbench");
  await page.getByRole("tab", { name: "Scale run" }).click();
  await expect(page.getByRole("button", { name: "Run" })).toBeVisible();
}

const numbers = (page: Page) =>
  page.getByRole("table", { name: "Numbers of the scale run" });

const number = async (page: Page, name: string): Promise<number> => {
  const row = numbers(page)
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name, exact: true }) });
  const text = await row.getByRole("cell").innerText();
  return Number(text.replace(/[^\d.].*$/, "").replaceAll(",", ""));
};

test("ten thousand events run in a worker, and their numbers are shown", async ({
  page,
}) => {
  await openScale(page);
  const events = page.getByRole("textbox", { name: "Events", exact: true });
  await events.fill("10k");
  await events.press("Enter");
  const status = page.getByRole("status", { name: "Scale run" });
  await expect(status).toHaveText(/^Done: 10,\d{3} events/, {
    timeout: 30_000,
  });
  expect(await number(page, "Results")).toBeGreaterThan(0);
  expect(await number(page, "Most entries")).toBeGreaterThan(0);
  await expect(page.getByText(/made up like its \d+ events/)).toBeVisible();
  for (const chart of ["Throughput", "State", "How far behind events came"])
    await expect(page.getByRole("figure", { name: chart })).toBeVisible();
  await expect(
    page.getByRole("table", { name: "Latest results of the scale run" }),
  ).toBeVisible();
  // The wasm module and the worker pass the page's policy; what they did is the core's own.
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a long run is cancelled at once, and what it had is kept", async ({
  page,
}) => {
  await openScale(page);
  const slider = page.getByRole("slider", {
    name: "Events, from ten thousand to ten million",
  });
  await slider.focus();
  await slider.press("End");
  await expect(slider).toHaveAttribute("aria-valuetext", "10,000,000 events");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(numbers(page)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Run" })).toBeVisible();
  await expect(page.getByRole("status", { name: "Scale run" })).toHaveText(
    /^Cancelled after/,
  );
  const events = await number(page, "Events");
  expect(events).toBeGreaterThan(0);
  expect(events).toBeLessThan(10_000_000);
});

test("a number that is none is refused where it stands", async ({ page }) => {
  await openScale(page);
  const events = page.getByRole("textbox", { name: "Events", exact: true });
  for (const wrong of ["lots", "9", "1e12"]) {
    await events.fill(wrong);
    await events.press("Enter");
    await expect(page.getByRole("alert")).toContainText("10,000 to 10,000,000");
  }
  await events.fill("20000");
  await events.press("Tab");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

async function sweep(page: Page): Promise<void> {
  await page.goto("./#/workbench");
  await page.getByRole("tab", { name: "Frontier" }).click();
  await page.getByRole("button", { name: "Sweep" }).click();
  await expect(page.getByRole("status", { name: "Sweep" })).toHaveText(
    /^Done: \d+ settings on \d+ events/,
    { timeout: 30_000 },
  );
}

const watermarkDelay = async (page: Page): Promise<string> => {
  await page
    .getByRole("tablist", { name: "Workbench" })
    .getByRole("tab", { name: "Pipeline" })
    .click();
  return knob(page, "Watermark delay").inputValue();
};

test("a setting of the frontier is adopted by keyboard, and undone", async ({
  page,
}) => {
  await sweep(page);
  const table = page.getByRole("table", { name: "Frontier" });
  await expect(table.getByRole("row")).not.toHaveCount(1);
  const slider = page.getByRole("slider", { name: /Setting looked at/ });
  await slider.focus();
  await slider.press("Home");
  await expect(slider).toHaveAttribute("aria-valuetext", /^Watermark delay 0:/);
  await slider.press("Enter");
  await expect(
    table.getByRole("row", { name: /as the pipeline is set/ }),
  ).toContainText("0");
  expect(await watermarkDelay(page)).toBe("0");
  await page.getByRole("button", { name: "Undo" }).click();
  expect(await watermarkDelay(page)).not.toBe("0");
});

test("a mark of the frontier is adopted by a click in the table or on the chart", async ({
  page,
}) => {
  await sweep(page);
  const table = page.getByRole("table", { name: "Frontier" });
  const button = table.getByRole("button", { name: /^Adopt / }).last();
  const name = (await button.innerText()).trim();
  await button.click();
  await expect(
    table.getByRole("row", { name: /as the pipeline is set/ }),
  ).toContainText(name);
  expect(await watermarkDelay(page)).toBe(name);
});
