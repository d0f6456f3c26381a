// @vitest-environment node
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { notePassed, passedBefore, testsBut } from "./passed.mjs";
import { top } from "./run.mjs";

const name = `trial-${process.pid}`;
afterEach(() => rm(join(top, "target/stamps", `passed-${name}.json`)));

test("a step has passed before only with just what it read then", async () => {
  await notePassed(name, "these files", { passed: 12 });
  expect(await passedBefore(name, "these files")).toBe(12);
  expect(await passedBefore(name, "other files")).toBeUndefined();
  await notePassed(name, "other files", { passed: 13 });
  expect(await passedBefore(name, "these files")).toBeUndefined();
});

test("tests are read but for those that are named", async () => {
  await notePassed(name, "nothing", { passed: 1 });
  const read = await testsBut("e2e");
  expect(read).toContain("tests/conformance");
  expect(read).not.toContain("tests/e2e");
});
