// @vitest-environment node
/**
 * Links to the workbench that people may have kept, each with what it opened: a file of tests/links/workbench for each release. They open for good.
 *
 * `LINKS=write` writes the file of a release that has none yet; a file that is there stays as it is.
 */
import { beforeAll, expect, test, vi } from "vitest";
import manifest from "../../../package.json";
import { isThere, keep, keeps } from "../../../scripts/lib/test-files.mjs";
import { loadLesson } from "../app/catalogue";
import { formatRoute, parseRoute, type BenchPlace } from "../app/routes";
import { startCore, type Script } from "../core";
import { serveCore } from "../testing";
import { whole } from "../whole.svelte";
import { pack } from "./packed";

// Node unpacks as browsers do; what of a browser's window it lacks is not what is tested here.
vi.hoisted(() => {
  Object.assign(globalThis, { matchMedia: () => new EventTarget() });
  if (!("navigator" in globalThis))
    Object.assign(globalThis, { navigator: {} });
});

interface Kept {
  link: string;
  opens: {
    step: number;
    steps: number;
    view: string;
    compared: Pick<BenchPlace, "fork" | "changed">;
    script: Script;
  };
}

const releases = import.meta.glob<Kept[]>(
  "../../../tests/links/workbench/*.json",
  { eager: true, import: "default" },
);

async function opened(link: string) {
  const route = parseRoute(link);
  if (route.page !== "workbench") throw new Error(`${link} leads elsewhere`);
  // What the workbench is made of starts the second module as it is imported.
  const { open } = await import("./opening");
  const { bench, trouble } = await open(route.place);
  return { session: bench.session, trouble };
}

beforeAll(async () => {
  serveCore();
  await startCore();
  await whole.fetch();
});

async function linksNow(): Promise<string[]> {
  const { example } = await import("./starts");
  const files = await loadLesson("crash-and-replay");
  const cluster = files?.lesson.scenarios["start"] as Script;
  const changed = [
    { knob: "watermark.delay", value: 480_000 },
    { knob: "engine", value: "spark" },
  ];
  const places: [Script, BenchPlace][] = [
    [example.script, { step: 5, view: "windows" }],
    [example.script, { step: 6, view: "time-plane", fork: 4, changed }],
    [example.script, { step: 2, view: "results", fork: 2, changed: [] }],
    [cluster, { step: 3, view: "pipeline", fork: 3, changed: [] }],
  ];
  return Promise.all(
    places.map(async ([script, place]) => {
      const packed = await pack(JSON.stringify(script));
      return formatRoute({ page: "workbench", place: { ...place, packed } });
    }),
  );
}

async function asKept(link: string): Promise<Kept> {
  const {
    position: step,
    steps,
    view,
    compared,
    script,
  } = (await opened(link)).session;
  return { link, opens: { step, steps, view, compared, script } };
}

const release = `tests/links/workbench/${manifest.version}.json`;

test.runIf(keeps("LINKS"))("are written", async () => {
  expect(isThere(release), "what was released stays").toBe(false);
  await keep(release, await Promise.all((await linksNow()).map(asKept)));
});

test("of this release are kept", () => {
  expect(isThere(release), "LINKS=write keeps them").toBe(true);
});

for (const [file, kept] of Object.entries(releases))
  test(`of ${file.replace(/.*links\//, "")} open what they did`, async () => {
    for (const { link, opens } of kept) {
      const { session, trouble } = await opened(link);
      const { position: step, steps, view, compared, script } = session;
      expect(trouble, link).toBeUndefined();
      expect(session.notice, link).toBe("");
      expect({ step, steps, view, compared, script }).toEqual(opens);
      session.played.free();
    }
  });

test("made now lead to the same comparison at the same step", async () => {
  for (const { opens } of Object.values(releases).flat()) {
    const { step, view, compared, script } = opens;
    const packed = await pack(JSON.stringify(script));
    const place = { packed, step, view, ...compared };
    const { session } = await opened(formatRoute({ page: "workbench", place }));
    expect(session.compared).toEqual(compared);
    expect(session.position).toBe(step);
    const copy = session.fork(session.script);
    // The core lists changes in an order of its own.
    expect(new Set(copy.changes)).toEqual(new Set(compared.changed));
    copy.played.free();
    session.played.free();
  }
});

test("a link that says what no link means opens, and says so", async () => {
  const [{ link } = { link: "" }] = Object.values(releases).flat();
  const { session, trouble } = await opened(`${link}&fork=x`);
  expect(trouble).toBeUndefined();
  expect(session.notice).toContain("no link means: fork");
});
