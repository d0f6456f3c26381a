import { beforeEach, expect, test } from "vitest";
import { findDraft, listDrafts, most, saveDraft, type Draft } from "./drafts";

const draft = (id: string, saved: number): Draft => ({
  id,
  saved,
  title: `work ${id}`,
  script: {
    engine: "flink",
    pipeline: { watermark: { kind: "none" } },
    input: { steps: [] },
  },
  text: "{ unfinished",
  lesson: `{"headwater":"lesson"}`,
  step: 3,
  view: "windows",
  fork: 2,
  changed: [{ knob: "engine", value: "spark" }],
  from: { title: "A lesson", address: "#/lesson/two-clocks" },
});

beforeEach(() => localStorage.clear());

test("a draft comes back as it was, and drafts are listed newest first", () => {
  saveDraft(localStorage, draft("a", 1));
  saveDraft(localStorage, draft("b", 2));
  expect(findDraft(localStorage, "a")).toEqual(draft("a", 1));
  expect(listDrafts(localStorage).map(({ id }) => id)).toEqual(["b", "a"]);
});

test("the oldest makes room, but for one that a tab works on", () => {
  for (let i = 0; i < most; i++) saveDraft(localStorage, draft(`d${i}`, i));
  saveDraft(localStorage, draft("new", 100), new Set(["d0"]));
  const ids = listDrafts(localStorage).map(({ id }) => id);
  expect(ids).toContain("d0");
  expect(ids).toContain("new");
  saveDraft(localStorage, draft("newer", 101));
  const later = listDrafts(localStorage).map(({ id }) => id);
  expect(later).toHaveLength(most);
  expect(later).not.toContain("d0");
});

test("what is damaged is no draft, and stays where it is", () => {
  for (const text of ["", "{", "[]", '{"script": 1}', '{"script": {}}']) {
    localStorage.setItem("headwater.draft.1.x", text);
    expect(listDrafts(localStorage)).toEqual([]);
    expect(localStorage.getItem("headwater.draft.1.x")).toBe(text);
  }
  localStorage.setItem(
    "headwater.draft.1.x",
    JSON.stringify({
      ...draft("x", 1),
      from: { title: "x", address: "javascript:alert(1)" },
    }),
  );
  expect(findDraft(localStorage, "x")?.from).toBeUndefined();
});

test("a full storage is said", () => {
  const full = {
    length: 0,
    setItem() {
      throw new DOMException("full", "QuotaExceededError");
    },
  } as unknown as Storage;
  expect(saveDraft(full, draft("a", 1))).toBe(false);
});
