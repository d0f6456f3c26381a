import { expect, test } from "vitest";
import type { Lesson } from "../../core";
import type { Offer } from "../../studio";
import { chosenOf, expected, made, said } from "./choosing";
import { joined, without } from "./conditions";
import { beatOf, wordsOf } from "./places";

const offer = {
  name: "result",
  label: "Result",
  answers: [],
  parameters: [
    {
      field: "key",
      label: "Key",
      options: [
        { value: "a", label: "a" },
        { value: "b", label: "b" },
      ],
    },
    {
      field: "nth",
      label: "Which",
      without: "the latest",
      options: [{ value: 0, label: "result 1" }],
    },
  ],
} as unknown as Offer;

test("a choice begins with the first options, and keeps what still fits", () => {
  expect(made("of", offer)).toEqual({ of: "result", key: "a" });
  expect(made("of", offer, { of: "x", key: "b", nth: 0, at: 1 })).toEqual({
    of: "result",
    key: "b",
    nth: 0,
  });
  expect(made("of", offer, { key: "gone", nth: 7 })).toEqual({
    of: "result",
    key: "a",
  });
});

test("what no list has stands as it is written", () => {
  expect(chosenOf([offer], "of", { of: "result", key: "a" })).toBe(offer);
  expect(chosenOf([offer], "of", { of: "result", set: [] })).toBeUndefined();
  expect(chosenOf([offer], "of", { of: "late" })).toBeUndefined();
  const [key, nth] = offer.parameters;
  if (!key || !nth) throw new Error("two parameters");
  expect(said(key, { key: "b" })).toBe("1");
  expect(said(key, { key: "c" })).toBe("other");
  expect(said(nth, {})).toBe("");
});

test.each([
  ["3", 3],
  [" -2.5 ", -2.5],
  ["10 s", "10 s"],
  ["none", "none"],
  ["1e999", "1e999"],
])("%j is compared with as %j", (text, value) =>
  expect(expected(text)).toBe(value),
);

test("the last of several conditions stands alone", () => {
  const one = { measure: { of: "late" }, is: "=", value: 0 } as const;
  const two = { ...one, value: 1 };
  expect(without(true, [one, two], 0)).toBe(two);
  expect(without(false, [one, two, one], 1)).toEqual(joined(false, [one, one]));
});

const lesson = {
  beats: [
    { id: "look", do: { kind: "observe" } },
    { id: "say", do: { kind: "cards" } },
  ],
  cards: [{ id: "why" }],
} as unknown as Lesson;

test.each([
  ["beats.look.ask", "look", "Beat 1, question: is empty"],
  ["beats.look.answer[1]", "look", "Beat 1, answer 2: is empty"],
  [
    "beats.look.answer[1].traps[0].say",
    "look",
    "Beat 1, answer 2, wrong answer 1, what is said: is empty",
  ],
  [
    "beats.look.answer.swaps[1].misconception",
    "look",
    "Beat 1, wrong answer 2, the mix-up: is empty",
  ],
  ["prose.look", "look", "Beat 1, text: is empty"],
  ["cards.why.answer", "say", "Interview question 1, answer: is empty"],
  ["cards", "say", "Cards: is empty"],
  ["scenarios.start", undefined, "Scenario start: is empty"],
  ["say", undefined, "Sentence to say: is empty"],
  ["title", undefined, "Title: is empty"],
  ["beats.gone.ask", undefined, "Beats.gone.ask: is empty"],
])("%s is on the form of %s: %s", (path, beat, words) => {
  expect(beatOf(path, lesson)).toBe(beat);
  expect(wordsOf({ path, message: "is empty" }, lesson)).toBe(words);
});
