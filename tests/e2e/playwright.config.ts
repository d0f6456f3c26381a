// The page in a real browser, as built: `npm run test:e2e` builds dist/ first, this serves it and walks through it.
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { findChrome } from "../../scripts/lib/needs.mjs";

const top = fileURLToPath(new URL("../..", import.meta.url));

/** A port that nobody listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

// Each of Playwright's processes reads this file; the environment, which they share, keeps them to one port.
const port = Number((process.env["E2E_PORT"] ??= String(await freePort())));

const chrome = await findChrome();
if (!chrome)
  throw new Error(
    "No Chrome or Chromium found: `npm run test:e2e` says how to get one.",
  );

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/e2e",
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env["CI"]),
  // A journey that fails now and then has a cause, and the summary calls it flaky; but one slow moment of a shared machine does not
  // stop a landing.
  retries: process.env["CI"] ? 2 : 0,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL: `http://localhost:${port}/`,
    // Tracing takes a sixth of the time: where a journey fails, `--trace on` shows it.
    trace: "on-first-retry",
    // Each journey would keep the whole page for later; offline.spec.ts is about that.
    serviceWorkers: "block",
    launchOptions: {
      executablePath: chrome,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "desktop", use: { viewport: { width: 1280, height: 800 } } },
    {
      name: "phone",
      use: {
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        isMobile: true,
      },
    },
  ],
  webServer: {
    command: `node scripts/serve.mjs --port ${port}`,
    cwd: top,
    url: `http://localhost:${port}/`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
