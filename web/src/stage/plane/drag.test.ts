import { expect, test } from "vitest";
import type { Knob } from "../../core";
import { handlesOf, snapped } from "./drag.svelte";

const knob = (id: string, disabled?: string): Knob => ({
  id,
  label: id,
  control: {
    kind: "instant",
    value: 60_000,
    text: "00:01",
    min: 0,
    max: 600_000,
    step: 60_000,
  },
  disabled,
});

test("events are moved by the knobs that there are for them", () => {
  const knobs = ["window.size", "event.e3.arrival", "event.a.b.time"].map(
    (id) => knob(id),
  );
  const handles = handlesOf([...knobs, knob("event.x.time", "not here")]);
  expect([...handles.keys()]).toEqual(["e3", "a.b"]);
  expect(handles.get("e3")?.time).toBeUndefined();
  expect(handles.get("e3")?.arrival?.id).toBe("event.e3.arrival");
});

test("a dragged event goes to the nearest step within the knob's range", () => {
  expect(snapped(knob("event.e.time"), 95_000)).toBe(120_000);
  expect(snapped(knob("event.e.time"), -5_000)).toBe(0);
  expect(snapped(knob("event.e.time"), 10_000_000)).toBe(600_000);
});
