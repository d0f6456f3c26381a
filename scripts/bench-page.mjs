// `npm run bench:page`: how fast the page is, as built in dist/, in a real browser, beside its budgets. A report: it fails only if it
// cannot measure.
//
// Times of the page are the processor time that its main thread took for one act: simulating, Svelte, layout, painting (Chrome's own
// TaskDuration, in thread time).
// Waiting for the next frame is not in them. Each is the median of many acts.
import { access, readFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { findChrome } from "./lib/needs.mjs";
import { must, top } from "./lib/run.mjs";
import { main, Told } from "./lib/say.mjs";
import { serve } from "./lib/serve.mjs";
import { filesUnder } from "./lib/stamp.mjs";
import * as acts from "./lib/bench-acts.mjs";

/** What a first visit opens: a lesson. */
const lesson = "#/lesson/clicks-in-five-minutes";

/** How many events the fast path is timed with, natively and in the worker. */
const fastEvents = 2_000_000;

const { median } = acts;

/** The bytes that a static host would send for what a visit asked for. */
async function sent(paths) {
  const each = paths.map(async (path) => {
    const file = join(top, "dist", path === "/" ? "index.html" : path);
    return brotliCompressSync(await readFile(file)).length;
  });
  return (await Promise.all(each)).reduce((sum, bytes) => sum + bytes, 0);
}

/** Notes when a lesson can first be stepped. */
const noteReady = () => {
  const noted = new MutationObserver(() => {
    if (!document.querySelector('input[aria-label="Step"]')) return;
    window.readyAt = performance.now();
    noted.disconnect();
  });
  noted.observe(document, { childList: true, subtree: true });
};

/** What has been asked for, before the lesson could be stepped and after. */
const askedFor = () =>
  performance
    .getEntriesByType("resource")
    .map(({ name, startTime }) => [
      new URL(name).pathname,
      startTime <= window.readyAt,
    ]);

/** First visits, each in a browser context that has seen nothing. */
async function firstVisits(browser, url, times) {
  const ready = [];
  let bytes = 0;
  let after = 0;
  for (let i = 0; i < times; i++) {
    const context = await browser.newContext({ serviceWorkers: "block" });
    const page = await context.newPage();
    await page.addInitScript(noteReady);
    await page.goto(url + lesson);
    await page.getByRole("slider", { name: "Step", exact: true }).waitFor();
    ready.push(await page.evaluate(() => window.readyAt));
    await page.waitForLoadState("networkidle");
    const asked = await page.evaluate(askedFor);
    const first = new Set([
      "/",
      ...asked.flatMap(([path, early]) => (early ? [path] : [])),
    ]);
    const rest = new Set(
      asked.map(([path]) => path).filter((path) => !first.has(path)),
    );
    bytes = await sent([...first]);
    after = await sent([...rest]);
    await context.close();
  }
  return { ready: median(ready), bytes, after };
}

/** Events a second natively, as `headwater bench` measures them. */
async function native() {
  const { stdout } = await must(
    "cargo",
    [
      ...["run", "--quiet", "--release", "--bin", "headwater", "--"],
      ...["bench", "--json", "--events", String(fastEvents), "--rounds", "7"],
    ],
    { minutes: 30, show: "errors" },
  );
  const report = JSON.parse(stdout);
  const speed = (name) =>
    report.contestants.find((contestant) => contestant.name === name)
      .events_per_second;
  return { ofLoop: report.ratio, flink: speed("Flink, fast path") };
}

const number = (n) => Math.round(n).toLocaleString("en");
const ms = (n) => `${n.toFixed(1)} ms`;

/** One line of the report: what, how much, the budget, and whether it is met. */
function line(what, value, budget = "", met = undefined) {
  const verdict = met === undefined ? "" : met ? "within" : "OVER";
  console.log(
    `${what.padEnd(58)}${value.padStart(16)}  ${budget.padEnd(12)}${verdict}`,
  );
}

await main(async () => {
  await access(join(top, "dist/index.html")).catch(() => {
    throw new Told("there is no dist/ to measure: npm run build");
  });
  const chrome = await findChrome();
  if (!chrome) throw new Told("no Chrome or Chromium found");
  const loads = [loadavg()[0]];
  const fast = await native();
  const [url] = await serve({ port: 4199, host: "127.0.0.1" });
  const browser = await chromium.launch({
    executablePath: chrome,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
  try {
    const visit = await firstVisits(browser, url, 5);
    const worker = (await filesUnder("dist/assets")).find((file) =>
      /\/worker-[^/]+\.js$/.test(file),
    );
    const measured = await acts.measure(browser, url, {
      worker: worker?.slice("dist/".length),
      fastEvents,
    });
    loads.push(loadavg()[0]);
    report(visit, measured, fast, loads);
  } finally {
    await browser.close();
  }
  process.exit(0);
});

function report(visit, measured, fast, loads) {
  console.log(
    `\n${cpus().length} processors, load ${loads.map((load) => load.toFixed(1)).join(" to ")}${Math.max(...loads) > cpus().length ? ": more than there are processors, so times are too long; ratios hold" : ""}\n`,
  );
  line(
    "first visit to a lesson, compressed",
    `${(visit.bytes / 1000).toFixed(1)} kB`,
    "<= 250 kB",
    visit.bytes <= 250_000,
  );
  line(
    "  in the background right after",
    `${(visit.after / 1000).toFixed(1)} kB`,
  );
  line(
    "first visit, until a lesson can be stepped",
    ms(visit.ready),
    "<= 1 s",
    visit.ready <= 1_000,
  );
  for (const { events, knob, seek, drag } of measured.stage) {
    const counted = events === 2_000;
    for (const [what, spent, budgeted] of [
      ["knob turned", knob, counted],
      ["event dragged", drag, counted],
      ["seek", seek, false],
    ]) {
      const whole = median(spent.whole);
      line(
        `${what}, ${number(events)} events (scripts ${ms(median(spent.script))})`,
        ms(whole),
        budgeted ? "<= 16 ms" : "",
        budgeted ? whole <= 16 : undefined,
      );
    }
  }
  const sought = median(measured.seek.whole);
  line(
    `seek, 5,000 steps (scripts ${ms(median(measured.seek.script))})`,
    ms(sought),
    "<= 16 ms",
    sought <= 16,
  );
  line(
    `sweep, ${measured.sweep.settings} settings x ${number(measured.sweep.events)} events`,
    ms(measured.sweep.took),
    "<= 2 s",
    measured.sweep.took <= 2_000,
  );
  line(
    "scale run of 1,000,000 events, in the worker",
    `${number(measured.scale)} /s`,
  );
  const wasm = median(measured.rates);
  line("Flink's fast path, WebAssembly", `${number(wasm)} /s`);
  line("Flink's fast path, native", `${number(fast.flink)} /s`);
  line(
    "  WebAssembly against native",
    (wasm / fast.flink).toFixed(2),
    ">= 0.60",
    wasm / fast.flink >= 0.6,
  );
  line(
    "  native against the hand-written loop",
    fast.ofLoop.toFixed(2),
    ">= 0.50",
    fast.ofLoop >= 0.5,
  );
}
