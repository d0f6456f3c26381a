import { beforeEach, expect, test, vi } from "vitest";
import type { LessonFile } from "../../own/file";
import type { Insight } from "../../studio";
import { Checking, type Thread } from "./checking";

/** A worker whose answers a test gives. */
class Fake implements Thread {
  readonly asked: { title: string; answer: (value: unknown) => void }[] = [];
  ended = false;
  readonly failed: Promise<never>;
  fail: () => void = () => undefined;
  readonly api = {
    insight: (file: { lesson: { title: string } }) =>
      new Promise((answer) =>
        this.asked.push({ title: file.lesson.title, answer }),
      ),
    offers: (_: unknown, title: string) =>
      new Promise((answer) => this.asked.push({ title, answer })),
  } as unknown as Thread["api"];

  constructor() {
    this.failed = new Promise((_, fail) => {
      this.fail = () => fail(new Error("no worker"));
    });
    this.failed.catch(() => undefined);
  }

  end() {
    this.ended = true;
  }
}

let threads: Fake[];
let checking: Checking;

const file = (title: string) => ({ lesson: { title } }) as LessonFile;
const insight = (message: string) =>
  ({
    problems: [{ path: "", message }],
    unplayable: [],
    beats: [],
  }) as unknown as Insight;
const settled = () => new Promise((go) => setTimeout(go, 0));
const titles = (thread: number) =>
  threads[thread]?.asked.map(({ title }) => title);

beforeEach(() => {
  threads = [];
  checking = new Checking(() => {
    const thread = new Fake();
    threads.push(thread);
    return thread;
  }, 50);
});

test("what was changed meanwhile is looked through next, and only the last of it", async () => {
  const first = checking.insight(file("a"));
  const second = checking.insight(file("b"));
  const third = checking.insight(file("c"));
  expect(titles(0)).toEqual(["a"]);
  threads[0]?.asked[0]?.answer(insight("of a"));
  expect(await first).toBeUndefined();
  expect(await second).toBeUndefined();
  await settled();
  expect(titles(0)).toEqual(["a", "c"]);
  threads[0]?.asked[1]?.answer(insight("of c"));
  expect(await third).toEqual(insight("of c"));
  expect(threads).toHaveLength(1);
});

test("what nobody waits for any more is let go of once it has taken long, and what was asked beside it is asked again", async () => {
  const stale = checking.insight(file("large"));
  const offers = checking.offers({} as never, "start");
  await new Promise((go) => setTimeout(go, 20));
  const wanted = checking.insight(file("small"));
  expect(threads[0]?.ended).toBe(false);
  await vi.waitFor(() => expect(threads).toHaveLength(2));
  expect(threads[0]?.ended).toBe(true);
  expect(await stale).toBeUndefined();
  await settled();
  expect(titles(1)?.toSorted()).toEqual(["small", "start"]);
  for (const { title, answer } of threads[1]?.asked ?? [])
    answer({ of: title });
  expect(await wanted).toEqual({ of: "small" });
  expect(await offers).toEqual({ of: "start" });
});

test("a check that takes long goes on where nothing has changed since", async () => {
  const only = checking.insight(file("large"));
  await new Promise((go) => setTimeout(go, 100));
  expect(threads[0]?.ended).toBe(false);
  threads[0]?.asked[0]?.answer(insight("at last"));
  expect(await only).toEqual(insight("at last"));
});

test("what the core refuses is thrown, and so is a worker that does not start", async () => {
  const refused = checking.insight(file("a"));
  threads[0]?.asked[0]?.answer({
    refused: "minutes: must be less",
    problems: [{ path: "minutes", message: "must be less" }],
  });
  await expect(refused).rejects.toThrow("must be less");
  const lost = checking.insight(file("b"));
  threads[0]?.fail();
  await expect(lost).rejects.toThrow("no worker");
});
