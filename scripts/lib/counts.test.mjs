import { expect, test } from "vitest";
import * as counts from "./counts.mjs";

test("Rust's tests are added up over all files", () => {
  const output = `
     Running unittests src/lib.rs (target/debug/deps/headwater-1)
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
     Running tests/conformance.rs (target/debug/deps/conformance-1)
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
   Doc-tests headwater
test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;
  expect(counts.rustTests(output)).toEqual({ passed: 19, failed: 2 });
  expect(counts.wasmTests(output)).toEqual({ passed: 15, failed: 2 });
});

test("a run that skipped every file has no tests", () => {
  const output = `
     Running tests/wasm_node.rs (target/wasm32-unknown-unknown/debug/deps/wasm_node-1.wasm)
This test suite is only configured to run in node.js, but we're only running
    browser tests so skipping.
   Doc-tests headwater

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;
  expect(counts.wasmTests(output)).toEqual({ passed: 0, failed: 0 });
});

test("the command's own last line counts", () => {
  expect(
    counts.commandTests("a.json: 3 passed, 1 failed\n41 passed, 2 failed\n"),
  ).toEqual({ passed: 41, failed: 2 });
  expect(counts.commandTests("nothing")).toEqual({ passed: 0, failed: 0 });
});

test("Vitest's and Playwright's summaries", () => {
  expect(
    counts.vitestTests("      Tests  1 failed | 12 passed | 2 skipped (15)\n"),
  ).toEqual({ passed: 12, failed: 1 });
  expect(
    counts.playwrightTests(
      "  1 failed\n    [phone] › a.spec.ts:4:1 › it\n  1 flaky\n  1 skipped\n  12 passed (8.1s)\n",
    ),
  ).toEqual({
    passed: 13,
    failed: 1,
  });
});
