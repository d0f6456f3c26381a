// How many tests a runner ran, read from what it printed. Each returns `{ passed, failed }`.

const sum = (numbers) => numbers.reduce((total, n) => total + Number(n), 0);

const matches = (pattern, text) => [...text.matchAll(pattern)];

/** The lines that Rust's own test harness and wasm-bindgen's print after each file of tests. */
export function rustTests(output) {
  const lines = matches(
    /^test result: \w+\. (\d+) passed; (\d+) failed/gm,
    output,
  );
  return {
    passed: sum(lines.map((line) => line[1])),
    failed: sum(lines.map((line) => line[2])),
  };
}

/** The same without documentation examples, which are no test of the WebAssembly build. */
export const wasmTests = (output) =>
  rustTests(output.replace(/^ +Doc-tests [^]*?(?=^ +Running |(?![^]))/gm, ""));

/** The last `N passed, N failed` of the `headwater` command. */
export function commandTests(output) {
  const last = matches(/^(\d+) passed, (\d+) failed$/gm, output).at(-1);
  return { passed: sum([last?.[1] ?? 0]), failed: sum([last?.[2] ?? 0]) };
}

/** Vitest's summary: `Tests  1 failed | 12 passed | 2 skipped (15)`. */
export function vitestTests(output) {
  const line = /^ +Tests +(.+)$/m.exec(output)?.[1] ?? "";
  return {
    passed: sum([/(\d+) passed/.exec(line)?.[1] ?? 0]),
    failed: sum([/(\d+) failed/.exec(line)?.[1] ?? 0]),
  };
}

/** Playwright's summary: `  2 failed`, `  1 flaky`, `  12 passed (8.1s)`, each on a line. */
export function playwrightTests(output) {
  const count = (word) =>
    sum(
      matches(new RegExp(`^ +(\\d+) ${word}( \\(|$)`, "gm"), output)
        .slice(-1)
        .map((line) => line[1]),
    );
  return {
    // What passed when it was run again did pass; Playwright's own lines name it.
    passed: count("passed") + count("flaky"),
    failed: count("failed") + count("did not run"),
  };
}
