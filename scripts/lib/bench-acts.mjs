// What a person does at the workbench, each act measured: knobs turned, steps sought, a sweep, a large run.

export const median = (numbers) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** A stream of so many events with some disorder. */
function scenario(events) {
  return {
    engine: "flink",
    pipeline: {
      window: { kind: "tumbling", size: 60_000 },
      aggregate: "count",
      watermark: { kind: "bounded", delay: 10_000 },
    },
    input: {
      generator: {
        seed: 7,
        events,
        start: Date.UTC(2025, 0, 1, 12),
        every: 1_000,
        keys: 7,
        skew: 1,
        delay: { kind: "exponential", mean: 5_000 },
      },
    },
  };
}

const panel = (page, name) =>
  page
    .getByRole("tablist", { name: "Workbench", exact: true })
    .getByRole("tab", { name, exact: true });

/** Puts a scenario on a fresh bench, by its text. */
async function open(page, url, what, steps) {
  await page.goto("about:blank");
  await page.goto(`${url}#/workbench`);
  await panel(page, "Text").click();
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(JSON.stringify(what));
  await page
    .getByRole("slider", { name: "Step", exact: true })
    .and(page.locator(`[aria-valuetext$="of ${steps}"]`))
    .waitFor({ timeout: 60_000 });
  await panel(page, "Pipeline").click();
  await page.keyboard.press("Escape");
}

/**
 * How long the main thread was busy for each of so many acts, in ms of processor time: with scripts, and in all, layout and painting
 * included. Processor time, because other programs of a shared machine would be in the time that passes.
 */
async function busy(page, times, act) {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    return ["ScriptDuration", "TaskDuration"].map(
      (wanted) => metrics.find(({ name }) => name === wanted).value * 1_000,
    );
  };
  const settled = () =>
    page.evaluate(
      () =>
        new Promise((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(resolve)),
        ),
    );
  // What waiting and asking itself takes, so that it is not counted.
  const nothing = [];
  const each = [];
  const since = (after, before) => after.map((time, i) => time - before[i]);
  for (let i = 0; i < times; i++) {
    await settled();
    const before = await spent();
    await settled();
    const between = await spent();
    await act(i);
    await settled();
    nothing.push(since(between, before));
    each.push(since(await spent(), between));
  }
  await client.detach();
  const of = (which) => {
    const idle = median(nothing.map((times) => times[which]));
    return each.map((times) => Math.max(0, times[which] - idle));
  };
  return { script: of(0), whole: of(1) };
}

/** An element that is looked for once, so that looking is no part of what is measured; it stays while the page shows what it shows. */
const found = async (locator, act) => {
  const element = await locator.first().elementHandle();
  return (i) => element.evaluate(act.work, act.of(i));
};

const turn = (page, label) =>
  found(
    page
      .getByRole("group", { name: "Pipeline" })
      .getByLabel(label, { exact: true }),
    {
      of: (i) => (i % 2 === 0 ? "ArrowUp" : "ArrowDown"),
      work: (element, key) => {
        element.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true }),
        );
      },
    },
  );

const seek = (page, steps) =>
  found(page.getByRole("slider", { name: "Step", exact: true }), {
    of: (i) => Math.round(((i * 0.618) % 1) * steps),
    work: (element, to) => {
      element.value = String(to);
      element.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });

/** An event dragged by a few pixels, again and again; it is let go at the end. */
async function drag(page, times) {
  await page.getByRole("button", { name: /^Edit / }).click();
  await page.getByRole("button", { name: "Write out the events" }).click();
  // Written out: the first event's card can be opened.
  await page.getByRole("button", { name: /^Edit / }).click();
  await page
    .getByRole("button", { name: "Close the event's card" })
    .click({ timeout: 60_000 });
  const event = await page.locator(".plane button.event").boundingBox();
  const [x, y] = [event.x + event.width / 2, event.y + event.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  // Down: it arrives later, which any event can.
  await page.mouse.move(x, y + 6);
  const spent = await busy(page, times, (i) =>
    page.mouse.move(x, y + 10 + ((i * 7) % 40)),
  );
  await page.mouse.up();
  // It really was dragged.
  await page
    .getByRole("status", { name: "Narration", exact: true })
    .filter({ hasText: / happened .* and arrives / })
    .waitFor({ timeout: 10_000 });
  return spent;
}

/** The stage with so many events. */
export async function stage(page, url, events) {
  await open(page, url, scenario(events), events + 1);
  await (
    await seek(page, events)
  )(1);
  const knob = await busy(page, 20, await turn(page, "Watermark delay"));
  const sought = await busy(page, 20, await seek(page, events));
  const dragged = await drag(page, 20);
  return { events, knob, seek: sought, drag: dragged };
}

async function sweep(page, url) {
  await open(page, url, scenario(300), 301);
  await panel(page, "Frontier").click();
  await page.getByLabel("Events to sweep on").selectOption("larger");
  const status = page.getByRole("status", { name: "Sweep", exact: true });
  const runs = [];
  for (let i = 0; i < 3; i++) {
    await page.getByRole("button", { name: "Sweep", exact: true }).click();
    await page
      .getByRole("button", { name: "Cancel" })
      .waitFor()
      .catch(() => {});
    await page
      .getByRole("button", { name: "Sweep", exact: true })
      .waitFor({ timeout: 180_000 });
    const said = await status.innerText();
    const [, settings, events, took, unit] =
      /(\d+) settings on ([\d,]+) events, ([\d.]+) (m?s)/.exec(said);
    runs.push({
      settings: Number(settings),
      events: Number(events.replaceAll(",", "")),
      took: Number(took) * (unit === "s" ? 1_000 : 1),
    });
  }
  return runs.toSorted((a, b) => a.took - b.took)[1];
}

async function scale(page) {
  await panel(page, "Scale run").click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const status = page.getByRole("status", { name: "Scale run", exact: true });
  await status.filter({ hasText: /^Done/ }).waitFor({ timeout: 180_000 });
  const rate = page
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: "Events a second" }) });
  return Number((await rate.getByRole("cell").innerText()).replaceAll(",", ""));
}

/** Times Flink's fast path in the worker as built: what Comlink would send it, sent by hand. */
const rates = (page, worker, events) =>
  page.evaluate(
    ([worker, events]) =>
      new Promise((resolve, reject) => {
        const started = new Worker(worker, { type: "module" });
        started.onerror = (error) => reject(new Error(error.message));
        started.onmessage = ({ data }) => {
          started.terminate();
          resolve(data.value);
        };
        const raw = (value) => ({ type: "RAW", value });
        started.postMessage({
          id: "rates",
          type: "APPLY",
          path: ["rate"],
          argumentList: [raw("flink"), raw(events), raw(9)],
        });
      }),
    [worker, events],
  );

/** All of it, in one browser. */
export async function measure(browser, url, { worker, fastEvents }) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  const stages = [];
  for (const events of [200, 2_000, 10_000])
    stages.push(await stage(page, url, events));
  await open(page, url, scenario(4_999), 5_000);
  const sought = await busy(page, 30, await seek(page, 5_000));
  const swept = await sweep(page, url);
  const scaled = await scale(page);
  const fast = await rates(page, new URL(worker, url).href, fastEvents);
  await context.close();
  return {
    stage: stages,
    seek: sought,
    sweep: swept,
    scale: scaled,
    rates: fast,
  };
}
