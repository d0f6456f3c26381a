/** A lesson before the whole of the core is there: it is read and stepped, its link stays what it is, and what is asked waits. */
import { beforeAll, expect, test, vi } from "vitest";
import { loadLesson } from "./app/catalogue";
import { parseRoute } from "./app/routes";
import { startCore } from "./core";
import { streamLab } from "./lesson/lab";
import { Session } from "./lesson/session.svelte";
import { serveCore } from "./testing";
import { whole } from "./whole.svelte";

beforeAll(async () => {
  serveCore();
  await startCore();
});

async function open(link: string): Promise<Session> {
  const route = parseRoute(link);
  if (route.page !== "lesson") throw new Error(`${link} leads to no lesson`);
  const files = await loadLesson(route.slug);
  if (!files) throw new Error(`there is no lesson ${route.slug}`);
  return new Session(
    files.lesson,
    route.place,
    () => undefined,
    () => streamLab,
  );
}

test("a lesson opens with the first module alone, and is asked once the second is there", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  const session = await open(
    "#/lesson/clicks-in-five-minutes?beat=get-it-back&at=5&watermark.delay=20000",
  );
  expect(session.position).toBe(5);
  expect(session.played.narration(5).headline).not.toBe("");
  expect(session.knowsChanges).toBe(false);
  expect(session.answers).toBeUndefined();

  await expect(whole.fetch()).rejects.toThrow("offline");
  expect(whole.failed).toBe(true);
  expect(session.answers).toBeUndefined();

  serveCore();
  await whole.fetch();
  expect(whole.failed).toBe(false);
  expect(session.knowsChanges).toBe(true);
  expect(session.changes).toEqual([{ knob: "watermark.delay", value: 20_000 }]);
  const why = session.answers?.why({ kind: "event", event: 0 }, 5);
  expect(why?.verdict).not.toBe("");
  expect(session.goalState?.standing.parts.length).toBeGreaterThan(0);
});

test("a run of the first module goes on in the second where an event is put in", async () => {
  const session = await open("#/lesson/clicks-in-five-minutes");
  expect(session.run.askable.length).toBeGreaterThan(0);
  const run = session.run.drafted({
    id: "new",
    time: session.run.overview.eventRange[0],
  });
  expect(run.overview.events).toBe(session.run.overview.events + 1);
  expect(run.eventCalled("new")?.id).toBe("new");
});
