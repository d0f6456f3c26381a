import { beforeEach, expect, test } from "vitest";
import { findLesson, forgetLesson, keepLesson, listLessons } from "./kept";

const kept = (slug: string, opened: number) => ({
  slug,
  title: `Lesson ${slug}`,
  opened,
  text: `{"headwater":"lesson"}`,
});

beforeEach(() => localStorage.clear());

test("a lesson comes back as it was, the one opened last first", () => {
  expect(keepLesson(localStorage, kept("a", 1))).toBe(true);
  keepLesson(localStorage, kept("b", 2));
  expect(findLesson(localStorage, "a")).toEqual(kept("a", 1));
  expect(listLessons(localStorage).map(({ slug }) => slug)).toEqual(["b", "a"]);
  forgetLesson(localStorage, "b");
  expect(listLessons(localStorage)).toEqual([kept("a", 1)]);
});

test("what is damaged is none, and stays where it is", () => {
  for (const text of ["", "{", "null", `{"title": 1}`]) {
    localStorage.setItem("headwater.lesson.1.x", text);
    expect(listLessons(localStorage)).toEqual([]);
    expect(localStorage.getItem("headwater.lesson.1.x")).toBe(text);
  }
});
