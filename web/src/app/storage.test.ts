import { beforeEach, describe, expect, test } from "vitest";
import {
  allForgotten,
  finished,
  forgotten,
  merged,
  nothing,
  version,
  type Act,
  type Progress,
} from "./progress";
import { damaged, isProgress, load, progressKey, save } from "./storage";

beforeEach(() => localStorage.clear());

const after = (...acts: readonly Act[]): Progress =>
  acts.reduce((progress, act) => act(progress), nothing);

/** A storage that refuses what it is told to refuse. */
const refusing = (refuses: (what: string) => unknown): Storage =>
  new Proxy(localStorage, {
    get: (storage, what) => {
      const error = refuses(String(what));
      if (error !== undefined)
        return () => {
          throw error;
        };
      const value: unknown = Reflect.get(storage, what);
      return typeof value === "function"
        ? (...args: unknown[]): unknown => value.apply(storage, args)
        : value;
    },
  });

describe("a browser's storage", () => {
  test("gives back what was saved, and says nothing", () => {
    const progress = after(finished("x", "a"), finished("y", "b"));
    expect(save(localStorage, progress)).toEqual({ progress });
    expect(load(localStorage)).toEqual({ progress });
  });

  test("keeps what another tab wrote in between", () => {
    save(localStorage, after(finished("x", "a")));
    save(localStorage, after(finished("x", "b"), finished("y", "a")));
    expect(load(localStorage).progress.lessons).toEqual({
      x: { done: ["a", "b"], resets: 0 },
      y: { done: ["a"], resets: 0 },
    });
  });

  test("does not bring back what one tab has forgotten because another still knows it", () => {
    const known = after(finished("x", "a"), finished("y", "a"));
    save(localStorage, known);
    save(localStorage, forgotten("x")(known));
    expect(save(localStorage, known).progress.lessons["x"]?.done).toEqual([]);
    save(localStorage, allForgotten(known));
    expect(save(localStorage, known).progress.lessons).toEqual({});
  });

  test("takes over what an older version kept, also when it goes on beside this one", () => {
    const old = (done: string[]) =>
      localStorage.setItem(
        "headwater.progress.1",
        JSON.stringify({ lessons: { x: { done, finished: true } }, last: "x" }),
      );
    old(["a"]);
    expect(load(localStorage).progress.lessons["x"]?.done).toEqual(["a"]);
    save(localStorage, after(finished("y", "a")));
    old(["a", "b"]);
    const { progress, trouble } = load(localStorage);
    expect(trouble).toBeUndefined();
    expect(progress.lessons["x"]?.done).toEqual(["a", "b"]);
    expect(progress.lessons["y"]?.done).toEqual(["a"]);
    save(localStorage, allForgotten(progress));
    expect(load(localStorage).progress.lessons).toEqual({});
  });

  test("leaves alone what a newer version kept, and says so once", () => {
    const key = `headwater.progress.${version + 1}`;
    const text = `{"version":${version + 1},"lessons":"of another form"}`;
    localStorage.setItem(key, text);
    expect(load(localStorage).trouble?.text).toContain("newer version");
    expect(
      save(localStorage, after(finished("x", "a"))).trouble,
    ).toBeUndefined();
    expect(localStorage.getItem(key)).toBe(text);
    expect(load(localStorage).progress.lessons["x"]?.done).toEqual(["a"]);
  });

  test.each([
    "{",
    "null",
    `{"lessons":[]}`,
    `{"version":99}`,
    `{"lessons":{"x":{"done":[1]}}}`,
  ])("sets aside what is damaged and tells it: %s", (text) => {
    localStorage.setItem(progressKey, text);
    const { trouble } = load(localStorage);
    expect(trouble?.text).toContain("set aside");
    expect(trouble?.setAside).toBe(true);
    expect(damaged(localStorage).map(([, text]) => text)).toEqual([text]);
    expect(load(localStorage).trouble).toBeUndefined();
  });

  test("keeps every damaged text, and what could be read of it", () => {
    localStorage.setItem("headwater.progress.1", "{first");
    load(localStorage);
    const text = `{"version":2,"lessons":{"x":{"done":["a"],"resets":0},"y":1},"scores":{},"resets":0}`;
    localStorage.setItem(progressKey, text);
    expect(save(localStorage, nothing).trouble?.setAside).toBe(true);
    expect(load(localStorage).progress.lessons["x"]?.done).toEqual(["a"]);
    expect(damaged(localStorage)).toEqual([
      ["headwater.progress.damaged", "{first"],
      ["headwater.progress.damaged.2", text],
    ]);
  });

  const full = new DOMException("full", "QuotaExceededError");
  const forbidden = new DOMException("forbidden", "SecurityError");
  const mine = after(finished("x", "a"));

  test.each([
    ["none", undefined, "keeps no data"],
    [
      "full",
      refusing((what) => (what === "setItem" ? full : undefined)),
      "full",
    ],
    ["forbidden", refusing(() => forbidden), "keeps no data"],
  ])("that is %s is told, and the visit goes on", (_, storage, said) => {
    const { progress, trouble } = save(storage, mine);
    expect(progress).toEqual(mine);
    expect(trouble?.text).toContain(said);
    expect(trouble?.text).toContain("file");
    expect(() => [load(storage), damaged(storage)]).not.toThrow();
  });

  test("that is too full to set anything aside is not written over", () => {
    localStorage.setItem(progressKey, "{damaged");
    let tries = 0;
    const storage = refusing((what) =>
      what === "setItem" && tries++ % 2 === 0 ? full : undefined,
    );
    expect(save(storage, mine).trouble?.text).toContain("full");
    expect(localStorage.getItem(progressKey)).toBe("{damaged");
  });

  test("writes the same for the same, so that tabs do not answer each other for ever", () => {
    const [a, b] = [after(finished("y", "b"), finished("x", "a")), mine];
    const one = save(localStorage, merged(a, b));
    const text = localStorage.getItem(progressKey);
    save(localStorage, merged(b, one.progress));
    expect(localStorage.getItem(progressKey)).toBe(text);
  });

  test("has other things that are no progress", () => {
    expect(["headwater.progress.1", progressKey].every(isProgress)).toBe(true);
    for (const key of [
      "headwater.theme",
      "headwater.progress.",
      "headwater.progress.damaged",
      "headwater.progress.1x",
    ])
      expect(isProgress(key)).toBe(false);
  });
});
