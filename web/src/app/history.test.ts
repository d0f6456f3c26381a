import { expect, test } from "vitest";
import { begin, change, redo, settle, undo } from "./history";

test("undo and redo walk the same way back and forth", () => {
  let history = begin(0);
  for (const value of [1, 2, 3]) history = change(history, value);
  const back = [undo(history), undo(undo(history)), undo(undo(undo(history)))];
  expect(back.map(({ present }) => present)).toEqual([2, 1, 0]);
  expect(redo(redo(redo(back[2]!)))).toEqual(history);
});

test("beyond the ends nothing changes", () => {
  const history = change(begin("a"), "b");
  expect(redo(history)).toBe(history);
  const first = undo(history);
  expect(undo(first)).toBe(first);
});

test("a change after undoing forgets what was undone", () => {
  const history = change(undo(change(begin(0), 1)), 2);
  expect(history.future).toEqual([]);
  expect(undo(history).present).toBe(0);
});

test("one drag is one change, the next drag another", () => {
  let history = begin(0);
  for (const value of [1, 2, 3]) history = change(history, value, "delay");
  expect(undo(history).present).toBe(0);
  history = change(settle(history), 4, "delay");
  expect(undo(history).present).toBe(3);
  expect(undo(change(history, 5, "size")).present).toBe(4);
});
