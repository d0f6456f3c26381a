// The lab without a network, and a new version of it: the built page in a folder of a host of its own, of which it knows nothing.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { preview, type PreviewServer } from "vite";
import {
  clicks,
  expect,
  fitsAcross,
  knob,
  standsAt,
  test as base,
  view,
} from "./lab";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

interface Host {
  address: string;
  /** Puts a new version in place of the old one: every page of it says so. */
  publish(): Promise<void>;
  /** It is not there any more. */
  stop(): Promise<void>;
}

/** What tells the new version from the old one. */
const mark = `<meta name="release" content="new" />`;
const isNew = (page: Page) => page.locator("meta[name=release]");

const test = base.extend<{ host: Host }>({
  // Playwright wants the fixtures named, though none is used.
  host: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "headwater-"));
    await cp(dist, join(folder, "site"), { recursive: true });
    const server: PreviewServer = await preview({
      configFile: false,
      logLevel: "error",
      root: folder,
      base: "/some/folder/",
      build: { outDir: "site" },
      preview: { port: 0, host: "localhost" },
    });
    const address = server.resolvedUrls?.local[0] ?? "";
    const publish = async () => {
      const page = join(folder, "site/index.html");
      const text = await readFile(page, "utf8");
      await writeFile(page, text.replace("<title>", `${mark}<title>`));
      const worker = join(folder, "site/sw.js");
      const script = await readFile(worker, "utf8");
      const changed = script.replace(
        /(url:"index\.html",revision:"|revision:"(?=[0-9a-f]+",url:"index\.html"))/,
        "$1f",
      );
      expect(changed).not.toBe(script);
      await writeFile(worker, changed);
    };
    await use({ address, publish, stop: () => server.close() });
    await server.close();
    await rm(folder, { recursive: true });
  },
});

test.use({ serviceWorkers: "allow" });

/** Opens it, and waits until all of it is kept. */
async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}

test("works without a network after one visit: every page, lessons, views and both modules", async ({
  page,
  context,
  host,
}) => {
  await visit(page, host.address);
  await context.setOffline(true);
  await host.stop();
  await page.reload();
  await standsAt(page, 8);
  const open = (place: string) =>
    page.goto(`${host.address}${place.replace("./", "")}`);

  await open(`${clicks}?beat=get-it-back&at=6`);
  await standsAt(page, 6);
  await knob(page, "Watermark delay").fill("30 s");
  for (const name of ["Windows", "Results", "Charts", "Engines", "Code"]) {
    await view(page, name).click();
    await expect(page.getByRole("tabpanel", { name })).toBeVisible();
  }
  await expect(page.getByRole("tabpanel", { name: "Code" })).toContainText(
    "TUMBLE",
  );
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(
    page.getByRole("heading", { name: /Compare|side by side/i }).first(),
  ).toBeVisible();

  // A model of a cluster comes with the second module.
  await open("./#/lesson/crash-and-replay");
  await expect(page.getByRole("slider", { name: "Step" })).toBeVisible();
  await open("./#/workbench");
  await expect(page.getByRole("navigation", { name: "Lessons" })).toContainText(
    "Workbench",
  );
  await open("./#/data");
  await expect(page.getByText("Without a network")).toBeVisible();
  await expect(page.getByRole("definition").last()).toHaveText("works");
});

test("a new version waits for its button, in every tab by itself, and keeps the place", async ({
  page,
  context,
  host,
}) => {
  const lesson = `${host.address}${clicks.replace("./", "")}?beat=get-it-back&at=3`;
  await visit(page, lesson);
  await page.reload();
  await standsAt(page, 3);
  const other = await context.newPage();
  await visit(other, lesson);

  await host.publish();
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
  const update = page.getByRole("status", { name: "Update" });
  await expect(update).toContainText("A new version is ready.");
  await fitsAcross(page);
  // Nothing happens by itself.
  await page.keyboard.press("ArrowRight");
  await standsAt(page, 4);
  await expect(isNew(page)).toHaveCount(0);

  await page.waitForURL(/at=4/);
  await update.getByRole("button", { name: "Reload" }).click();
  await expect(isNew(page)).toHaveCount(1);
  await standsAt(page, 4);
  await expect(page.getByRole("status", { name: "Update" })).toBeEmpty();

  const told = other.getByRole("status", { name: "Update" });
  await expect(told).toContainText("in another tab");
  await standsAt(other, 3);
  await expect(isNew(other)).toHaveCount(0);
  await told.getByRole("button", { name: "Reload" }).click();
  await expect(isNew(other)).toHaveCount(1);
  await standsAt(other, 3);
  await expect(other.getByRole("status", { name: "Update" })).toBeEmpty();
});

test("can be installed: a manifest with icons that are there, in the size they say", async ({
  page,
  host,
}) => {
  await page.goto(host.address);
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>("link[rel=manifest]");
    const response = await fetch(link?.href ?? "");
    return {
      type: response.headers.get("content-type"),
      ...((await response.json()) as {
        name: string;
        start_url: string;
        scope: string;
        display: string;
        icons: { src: string; sizes: string; purpose: string }[];
      }),
    };
  });
  expect(manifest).toMatchObject({
    type: "application/manifest+json",
    name: "Headwater",
    start_url: "./",
    scope: "./",
    display: "standalone",
  });
  expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(
    true,
  );
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== "any") expect(size).toBe(sizes);
  }
});

test("the worker is never taken from a cache, so that a new version is seen", async ({
  request,
}) => {
  const response = await request.get("sw.js");
  expect(response.headers()["content-type"]).toContain("javascript");
  expect(response.headers()["cache-control"]).toContain("no-cache");
});
