/**
 * Links that people may have kept: every file of tests/links has those of one release, and what each opened then. They open for good: on the same
 * part, step and changes where the lesson is the same, and with a word about it where the lesson has changed.
 *
 * `LINKS=write` writes the file of a release that has none yet; a file that is there stays as it is.
 */
import { beforeAll, describe, expect, test } from "vitest";
import manifest from "../../../package.json";
import { isThere, keep, keeps } from "../../../scripts/lib/test-files.mjs";
import { lessons, loadLesson } from "../app/catalogue";
import { formatRoute, parseRoute, type LessonPlace } from "../app/routes";
import { startCore } from "../core";
import { serveCore } from "../testing";
import { whole } from "../whole.svelte";
import { labOf } from "./lab";
import { Session } from "./session.svelte";

/** What a link opened when it was kept. */
interface Opened {
  beat: string;
  step: number;
  steps: number;
  view: string;
  /** Every knob that the lesson offers, as it stands. */
  knobs: Record<string, number | string>;
}

interface Kept {
  link: string;
  opens: Opened;
}

/** By file, each of a release. */
const releases = import.meta.glob<Kept[]>("../../../tests/links/*.json", {
  eager: true,
  import: "default",
});

async function open(link: string): Promise<Session> {
  const route = parseRoute(link);
  if (route.page !== "lesson") throw new Error(`${link} leads to no lesson`);
  const files = await loadLesson(route.slug);
  if (!files) throw new Error(`there is no lesson ${route.slug}`);
  const lab = await labOf(files.lesson);
  return new Session(
    files.lesson,
    route.place,
    () => undefined,
    () => lab,
    false,
    files.marks,
  );
}

const seen = (session: Session): Opened => ({
  beat: session.beat.id,
  step: session.position,
  steps: session.steps,
  view: session.view,
  knobs: Object.fromEntries(
    session.lesson.knobs.map((id) => [
      id,
      session.lab.table.knobsOf(session.script).find((knob) => knob.id === id)
        ?.control.value ?? "",
    ]),
  ),
});

/** For each lesson a link into its midst, and one to each goal as it is solved: every knob that a solution turns is in some link. */
async function linksNow(): Promise<string[]> {
  const links = [];
  for (const { slug } of lessons) {
    const { lesson } = (await loadLesson(slug)) ?? {};
    for (const [number, { id, do: task }] of lesson?.beats.entries() ?? []) {
      if (number > 0 && task.kind !== "goal") continue;
      const settings = task.kind === "goal" ? task.solution : [];
      const place: LessonPlace = { beat: id, step: 3, settings };
      const session = await open(formatRoute({ page: "lesson", slug, place }));
      links.push(formatRoute({ page: "lesson", slug, place: session.place }));
      session.played.free();
    }
  }
  return links;
}

const asKept = async (link: string): Promise<Kept> => ({
  link,
  opens: seen(await open(link)),
});

beforeAll(async () => {
  serveCore();
  await startCore();
  await whole.fetch();
});

// The core as developers build it takes some seconds for all lessons.
describe("links", { timeout: 300_000 }, () => {
  const release = `tests/links/${manifest.version}.json`;

  test.runIf(keeps("LINKS"))("are written", async () => {
    expect(isThere(release), "what was released stays").toBe(false);
    await keep(release, await Promise.all((await linksNow()).map(asKept)));
  });

  test("of this release are kept", () => {
    expect(isThere(release), "LINKS=write keeps them").toBe(true);
  });

  for (const [file, kept] of Object.entries(releases))
    test(`of ${file.replace(/.*links\//, "")} open where they did, or say what has changed`, async () => {
      expect(kept.length).toBeGreaterThan(30);
      for (const { link, opens } of kept) {
        const session = await open(link);
        if (session.notice.includes("changed since the link was made"))
          expect(session.beat.id, link).toBe(opens.beat);
        // What there is to turn may be more by now.
        else
          expect({ link, ...seen(session) }).toMatchObject({ link, ...opens });
        session.played.free();
      }
    });

  test("made now are short, and lead back to the same", async () => {
    for (const link of await linksNow()) {
      expect(link.length, link).toBeLessThan(200);
      const session = await open(link);
      expect(
        session.notice.replace("The next step waits for your prediction.", ""),
      ).toBe("");
      expect(
        formatRoute({
          page: "lesson",
          slug: session.lesson.slug,
          place: session.place,
        }),
      ).toBe(link);
      session.played.free();
    }
  });
});

test("a link opens on its step, also where a question waits before it", async () => {
  const session = await open("#/lesson/two-nineteen?at=5");
  expect(session.open?.wait_at).toBeLessThan(5);
  expect(session.position).toBe(5);
  // The question still waits for what comes after.
  session.seek(6);
  expect(session.position).toBe(5);
  expect(session.notice).toContain("waits for your prediction");
});

describe("a link that says what is not there", () => {
  const lesson = "#/lesson/clicks-in-five-minutes";
  const beat = "?beat=get-it-back";

  test.each([
    [`${lesson}?beat=no-such-part&at=2`, "part “no-such-part”", 0, 2],
    [
      `${lesson}${beat}&at=99`,
      "leads to step 99; this run ends with step 7",
      5,
      7,
    ],
    [`${lesson}${beat}&at=3&no.such.knob=7`, "no.such.knob", 5, 3],
    [`${lesson}${beat}&at=3&watermark.delay=soon`, "watermark.delay", 5, 3],
    [`${lesson}${beat}&at=3&view=panorama`, "view “panorama”", 5, 3],
    [
      `${lesson}${beat}&at=3&v=older`,
      "has changed since the link was made: its step 3",
      5,
      3,
    ],
    [`${lesson}${beat}&at=three`, "means: at", 5, undefined],
  ])("is told so, and the rest opens: %s", async (link, said, beat, step) => {
    const session = await open(link);
    expect(session.notice).toContain(said);
    expect(session.lesson.beats[beat]?.id).toBe(session.beat.id);
    if (step !== undefined) expect(session.position).toBe(step);
  });

  test("keeps the changes that can be made beside one that cannot", async () => {
    const session = await open(
      `${lesson}${beat}&allowed_lateness=60000&gone.knob=1&watermark.delay=20000`,
    );
    expect(seen(session).knobs).toMatchObject({ "watermark.delay": 20_000 });
    expect(session.changes).toHaveLength(2);
    expect(session.notice).toContain("gone.knob");
  });

  test("without a mark, as links once were, opens without a word", async () => {
    const session = await open(`${lesson}${beat}&at=5&watermark.delay=20000`);
    expect(session.notice).toBe("");
    expect(session.position).toBe(5);
  });
});
