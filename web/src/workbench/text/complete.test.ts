import { expect, test } from "vitest";
import { completionsAt } from "./complete";
import { explain } from "./meaning";
import { parse, rangeOf } from "./tree";

/** The labels offered where the bar stands. */
function offered(marked: string): string[] {
  const offset = marked.indexOf("|");
  const found = completionsAt(marked.replace("|", ""), offset);
  return found?.options.map(({ label }) => label) ?? [];
}

test("names are offered that the object does not have yet", () => {
  expect(offered('{ "engine": "flink", | }')).toEqual([
    "pipeline",
    "input",
    "sources",
    "cluster",
  ]);
  expect(offered('{"pipeline": {"window": {"kind": "session", "|"}}}')).toEqual(
    ["gap"],
  );
  expect(
    offered('{"pipeline": {"window": {"kind": "sliding", "size": 1, |}}}'),
  ).toEqual(["slide", "offset"]);
  expect(offered('{"input": {"steps": [{"event": {"id": "a", |}}]}}')).toEqual([
    "key",
    "ts",
    "value",
    "source",
    "movable",
  ]);
  expect(offered('{"cluster": {"flow": {|}}}')).toContain("checkpoint");
});

test("values are offered where there is a choice", () => {
  expect(offered('{"engine": |}')).toEqual([
    "flink",
    "spark",
    "beam",
    "kafka-streams",
  ]);
  expect(offered('{"engine": "|"}')).toEqual(offered('{"engine": |}'));
  expect(offered('{"pipeline": {"window": {"kind": "|"}}}')).toContain(
    "sliding_diff",
  );
  expect(offered('{"pipeline": {"trigger": |}}')).toContain("after_watermark");
  expect(offered('{"pipeline": {"no_data_batches": |}}')).toEqual([
    "true",
    "false",
  ]);
  expect(offered('{"cluster": {"flow": {"sink": {"kind": "|"}}}}')).toContain(
    "upsert",
  );
});

test("a place is explained in the core's words", () => {
  const text =
    '{"pipeline": {"window": {"kind": "tumbling", "size": "5 min"}}}';
  expect(explain(text, text.indexOf("5 min"))).toEqual({
    path: "pipeline.window.size",
    doc: 'From start to end, in ms. Write a length of time: "5 min", "10 s", or ms.',
  });
  expect(explain(text, text.indexOf("umbling"))?.doc).toContain("Back to back");
  expect(explain(text, 0)).toBeUndefined();
});

test("a problem's path is a place in the text", () => {
  const text = '{ "input": {"steps": [{"a": 1}, {"event": {"ts": "soon"}}]} }';
  const at = (path: string) => {
    const { from, to } = rangeOf(parse(text), path, text);
    return text.slice(from, to);
  };
  expect(at("input.steps[1].event.ts")).toBe('"soon"');
  expect(at("input.steps[1].event")).toBe('"event"');
  expect(at("input.steps[1]")).toBe("{");
  expect(at("input.steps[1].event.missing")).toBe('"event"');
  expect(at("")).toBe("{");
});
