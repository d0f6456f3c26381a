// @vitest-environment node
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { top } from "./run.mjs";
import { readSchema } from "./schema.mjs";
import { filesUnder } from "./stamp.mjs";

const { root, types } = await readSchema();

/** Places of a value that the schema does not know; `path` says where it stands. */
function strangers(value, type, path) {
  if (type.list)
    return Array.isArray(value)
      ? value.flatMap((item, i) => strangers(item, type.list, `${path}[${i}]`))
      : [path];
  if (type.map)
    return Object.entries(value).flatMap(([name, item]) =>
      strangers(item, type.map, `${path}.${name}`),
    );
  const known = types[type.ref];
  if (!known) {
    const fits = {
      text: ["string"],
      bool: ["boolean"],
      number: ["number"],
      span: ["number", "string"],
      instant: ["number", "string"],
      any: ["object"],
    }[type.is];
    return fits.includes(typeof value) ? [] : [path];
  }
  if (known.variants && typeof value === "string")
    return known.variants.some(({ name }) => name === value) ? [] : [path];
  const { fields, kind } = fieldsOf(known, value);
  return Object.entries(value)
    .filter(([name]) => name !== kind)
    .flatMap(([name, item]) => {
      const field = fields.find((field) => field.name === name);
      const here = `${path}.${name}`;
      return field ? strangers(item, field.type, here) : [here];
    });
}

function fieldsOf({ fields, tag, variants }, value) {
  if (fields) return { fields };
  if (!tag) return { fields: variants };
  const variant = variants.find(({ name }) => name === value[tag]);
  return { fields: variant?.fields ?? [], kind: variant && tag };
}

test("every scenario there is has only what the schema knows", async () => {
  const files = [
    ...(await filesUnder("lessons")).filter((f) => f.endsWith("/lesson.json")),
    ...(await filesUnder("tests/engines/scenarios")),
  ].filter((file) => file.endsWith(".json"));
  let scenarios = 0;
  for (const file of files) {
    const text = await readFile(join(top, file), "utf8");
    if (!text) continue;
    const data = JSON.parse(text);
    const all = data.scenarios ?? { scenario: data };
    for (const [name, scenario] of Object.entries(all)) {
      if ("from" in scenario) continue;
      scenarios++;
      expect(strangers(scenario, { ref: root }, `${file} ${name}`)).toEqual([]);
    }
  }
  expect(scenarios).toBeGreaterThan(60);
});

test("what it does not know is found", () => {
  const place = (value) => strangers(value, { ref: root }, "");
  expect(place({ engine: "storm" })).toEqual([".engine"]);
  expect(place({ pipeline: { colour: 1 } })).toEqual([".pipeline.colour"]);
  expect(place({ pipeline: { window: { kind: "session", size: 1 } } })).toEqual(
    [".pipeline.window.size"],
  );
});

test("every field and every choice is documented", () => {
  const bare = Object.entries(types).flatMap(([id, type]) =>
    [
      { ...type, name: "" },
      ...(type.fields ?? []),
      ...(type.variants ?? []),
      ...(type.variants ?? []).flatMap(({ fields }) => fields ?? []),
    ]
      .filter(({ doc }) => !doc)
      .map(({ name }) => `${id} ${name}`),
  );
  expect(bare).toEqual([]);
});
