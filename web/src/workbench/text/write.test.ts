import { expect, test } from "vitest";
import type { Scenario, Script } from "../../core";
import { apply, editsFor, textOf } from "./write";

const scenario: Scenario = {
  engine: "flink",
  pipeline: {
    window: { kind: "tumbling", size: 300_000, offset: 0 },
    aggregate: "count",
    watermark: { kind: "bounded", delay: 10_500 },
  },
  input: {
    steps: [
      {
        at: 1_609_459_210_250,
        event: { id: "e1", key: "a", ts: 1_609_459_200_000, value: 1 },
      },
      { end: true },
    ],
  },
};

/** The same as the core would read it, for texts that hold plain numbers only. */
const mean = (text: string): unknown => JSON.parse(text);

test("a scenario is written as a person would", () => {
  expect(textOf(scenario)).toBe(`{
  "engine": "flink",
  "pipeline": {
    "window": { "kind": "tumbling", "size": "5 min", "offset": 0 },
    "aggregate": "count",
    "watermark": { "kind": "bounded", "delay": 10500 }
  },
  "input": {
    "steps": [
      { "at": "2021-01-01T00:00:10.250Z", "event": { "id": "e1", "key": "a", "ts": "2021-01-01T00:00:00Z", "value": 1 } },
      { "end": true }
    ]
  }
}
`);
});

const text = `{ "engine": "flink",
  "pipeline": {
    "window": {"kind": "tumbling",   "size": 300000},
    "aggregate": "count", "watermark": { "delay": 10500, "kind": "bounded" }
  },
  "input": { "steps": [ { "end": true } ] }
}`;
const before: Script = { ...scenario, input: { steps: [{ end: true }] } };

const changed = (after: Script) => apply(text, editsFor(text, before, after));

test("what does not differ stays as it was written", () => {
  expect(changed(structuredClone(before))).toBe(text);
  const { pipeline } = before;
  const after: Script = {
    ...before,
    pipeline: { ...pipeline, watermark: { kind: "bounded", delay: 20_000 } },
  };
  expect(changed(after)).toBe(text.replace("10500", '"20 s"'));
});

test("fields come and go with their commas", () => {
  const { pipeline } = before;
  const { aggregate: _, ...rest } = pipeline;
  const without: Script = { ...before, pipeline: rest };
  expect(changed(without)).toBe(text.replace('"aggregate": "count", ', ""));
  const more: Script = {
    ...before,
    pipeline: { ...pipeline, allowed_lateness: 60_000 },
    sources: ["a"],
  };
  expect(changed(more)).toBe(
    text
      .replace(
        '"kind": "bounded" }\n',
        '"kind": "bounded" }, "allowed_lateness": "1 min"\n',
      )
      .replace("true } ] }\n", 'true } ] },\n  "sources": [ "a" ]\n')
      .replace('[ "a" ]', '["a"]'),
  );
});

test("another kind, and another number of items, are written anew", () => {
  const after: Script = {
    ...before,
    pipeline: {
      ...before.pipeline,
      window: { kind: "session", gap: 7 },
    },
    input: { steps: [{ batch: true }, { end: true }] },
  };
  expect(mean(changed(after))).toEqual({
    engine: "flink",
    pipeline: {
      window: { kind: "session", gap: 7 },
      aggregate: "count",
      watermark: { kind: "bounded", delay: 10_500 },
    },
    input: { steps: [{ batch: true }, { end: true }] },
  });
});

test("whatever two scenarios are, the changed text means the second", () => {
  const windows = [
    { kind: "tumbling", size: 7, offset: 0 },
    { kind: "sliding", size: 7, slide: 3, offset: 1 },
    { kind: "global" },
  ] as const;
  const others: Partial<Scenario["pipeline"]>[] = [
    {},
    { allowed_lateness: 7, trigger: { kind: "count", n: 2 } },
    {
      grace: 11,
      trigger: { kind: "after_watermark", early: { kind: "count", n: 1 } },
    },
  ];
  const all: Script[] = windows.flatMap((window) =>
    others.map((other, i) => ({
      engine: "flink",
      pipeline: {
        window,
        ...(i === 1 ? {} : { aggregate: "sum" }),
        watermark: { kind: "bounded", delay: i + 1 },
        ...other,
      },
      input: { steps: [{ watermark: i }, { end: true }].slice(i % 2) },
    })),
  );
  for (const one of all)
    for (const other of all)
      for (const start of [JSON.stringify(one), textOf(one)]) {
        const made = apply(start, editsFor(start, one, other));
        expect(mean(made)).toEqual(other);
      }
});
