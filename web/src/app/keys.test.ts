import { describe, expect, test } from "vitest";
import { actionOf, belongsTo, type Press } from "./keys";

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...held,
});

const element = (html: string): Element => {
  document.body.innerHTML = html;
  const found = document.querySelector("[data-it]");
  if (!found) throw new Error("no element marked data-it");
  return found;
};

describe("keys", () => {
  test("step, with shift ten steps", () => {
    expect(actionOf(press("ArrowRight"))).toEqual({ do: "step", by: 1 });
    expect(actionOf(press("ArrowLeft", { shiftKey: true }))).toEqual({
      do: "step",
      by: -10,
    });
  });

  test("jump to the next of a kind, with shift to the one before", () => {
    expect(actionOf(press("f"))).toEqual({
      do: "jump",
      letter: "f",
      back: false,
    });
    expect(actionOf(press("W", { shiftKey: true }))).toEqual({
      do: "jump",
      letter: "w",
      back: true,
    });
    expect(actionOf(press("f", { ctrlKey: true }))).toBeUndefined();
    expect(actionOf(press("F5"))).toBeUndefined();
  });

  test("undo and redo", () => {
    expect(actionOf(press("u"))).toEqual({ do: "undo" });
    expect(actionOf(press("U", { shiftKey: true }))).toEqual({ do: "redo" });
  });

  test("with Ctrl, Alt or Meta belong to the browser", () => {
    for (const held of ["ctrlKey", "altKey", "metaKey"] as const)
      for (const key of ["ArrowLeft", "ArrowRight", "Home", "u", "/", " "])
        expect(actionOf(press(key, { [held]: true }))).toBeUndefined();
  });

  test.each([
    [`<input data-it type="text">`, ["ArrowLeft", " ", "u", "?", "/", "Home"]],
    [`<input data-it role="spinbutton">`, ["ArrowLeft", "u", "5"]],
    [`<textarea data-it></textarea>`, ["u", " ", "End"]],
    [`<select data-it><option>1</option></select>`, ["ArrowLeft", "u"]],
    [`<input data-it type="range">`, ["ArrowLeft", "Home", "End"]],
    [`<input data-it type="radio">`, ["ArrowLeft", "ArrowRight", " "]],
    [`<button data-it></button>`, [" "]],
    [`<button data-it role="tab"></button>`, ["ArrowRight", "Home", " "]],
    [
      `<dialog open><button data-it></button></dialog>`,
      ["ArrowRight", "u", "/"],
    ],
  ])("stay with the control: %s", (html, keys) => {
    for (const key of keys)
      expect(belongsTo(element(html), key), key).toBe(true);
  });

  test("stay with a control inside a component of its own", () => {
    const host = element(`<div data-it></div>`);
    const root = host.attachShadow({ mode: "open" });
    root.innerHTML = "<textarea></textarea>";
    root.querySelector("textarea")?.focus();
    expect(belongsTo(host, "u")).toBe(true);
  });

  test.each([
    [`<input data-it type="range">`, ["u", "?", "/", " "]],
    [`<button data-it></button>`, ["ArrowRight", "Home", "u", "?"]],
    [`<input data-it type="radio">`, ["u", "/"]],
    [`<p data-it tabindex="-1"></p>`, ["ArrowRight", " ", "Home"]],
  ])("pass through: %s", (html, keys) => {
    for (const key of keys)
      expect(belongsTo(element(html), key), key).toBe(false);
  });
});
