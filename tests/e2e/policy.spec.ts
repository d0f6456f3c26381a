// The Content-Security-Policy of the page as built: strict, and nothing in any page or view runs against it.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "@playwright/test";
import { clicks, expect } from "./lab";

test("the policy lets in what is the page's own and nothing else", async ({
  page,
}) => {
  await page.goto("./");
  const policy = await page
    .locator("meta[http-equiv=Content-Security-Policy]")
    .getAttribute("content");
  const directives = new Map(
    (policy ?? "").split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
  expect(directives.get("default-src")).toEqual(["'none'"]);
  expect(directives.get("script-src")?.sort()).toEqual([
    "'self'",
    "'wasm-unsafe-eval'",
  ]);
  for (const name of [
    "style-src",
    "connect-src",
    "font-src",
    "manifest-src",
    "worker-src",
  ])
    expect(directives.get(name), name).toEqual(["'self'"]);
  for (const name of ["base-uri", "form-action"])
    expect(directives.get(name), name).toEqual(["'none'"]);
  for (const [name, sources] of directives)
    for (const source of sources)
      expect(
        ["'self'", "'none'", "'wasm-unsafe-eval'", "data:", "blob:"],
        name,
      ).toContain(source);

  const html = await readFile(
    fileURLToPath(new URL("../../dist/index.html", import.meta.url)),
    "utf8",
  );
  // It stands before whatever it is to watch over, and nothing is written into the page that it forbids.
  const before = html.slice(0, html.indexOf("Content-Security-Policy"));
  expect(before).not.toMatch(/<(script|link|style|img)/);
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
});

test("no page and no view does anything that the policy forbids", async ({
  page,
  baseURL,
}) => {
  await page.addInitScript(() => {
    const reports: string[] = [];
    Object.assign(window, { reports });
    document.addEventListener("securitypolicyviolation", (event) =>
      reports.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  const outside: string[] = [];
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(baseURL ?? "?") && !address.startsWith("blob:"))
      outside.push(address);
  });
  const clean = async () =>
    expect(
      await page.evaluate(
        () => (window as unknown as { reports: string[] }).reports,
      ),
    ).toEqual([]);
  for (const address of [
    "./",
    "./#/data",
    "./#/workbench",
    "./#/nowhere",
    "./#/lesson/crash-and-replay",
    "./#/lesson/broadcast-or-sort-merge",
    `${clicks}?beat=get-it-back&at=6`,
  ]) {
    await page.goto(address);
    await expect(page.getByRole("main")).toBeVisible();
    const stage = page.getByRole("region", { name: "Stage" });
    await expect(
      stage.or(page.getByRole("heading", { level: 1 })).first(),
    ).toBeVisible();
    for (const tab of await stage.getByRole("tab").all()) {
      await tab.click();
      await expect(tab).toHaveAttribute("aria-selected", "true");
    }
    await page.keyboard.press("?");
    await page.keyboard.press("Escape");
    await clean();
  }
  expect(outside).toEqual([]);
  // The listener hears: a violation made on purpose is told.
  await page.evaluate(() => {
    const image = new Image();
    image.src = "https://example.invalid/x.png";
    document.body.append(image);
  });
  await expect
    .poll(() =>
      page.evaluate(
        () => (window as unknown as { reports: string[] }).reports.length,
      ),
    )
    .toBe(1);
});
