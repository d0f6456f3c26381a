// The steps of `npm test`, in order. A step names what it needs on the machine and the files that its result depends on, and resolves to
// `{ ok, passed, failed, note }`.
//
// To add one: an entry here, and a line `"test:<name>"` in package.json.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { buildCore } from "./core.mjs";
import * as counts from "./counts.mjs";
import { formatted } from "./formatted.mjs";
import { buildPage } from "./page.mjs";
import { testsBut } from "./passed.mjs";
import { run, runNode, top } from "./run.mjs";
import { checkSize } from "./size.mjs";

const once = (work) => {
  let result;
  return () => (result ??= work());
};
const core = once(() => buildCore());
const page = once(async () => {
  await core();
  await buildPage();
});

/** Steps that check without running tests: every command counts as one. */
async function checks(...commands) {
  const results = [];
  for (const command of commands) results.push(await command());
  const passed = results.filter(({ ok }) => ok).length;
  return {
    ok: passed === results.length,
    passed,
    failed: results.length - passed,
  };
}

/** Steps that run tests: none executed is a failure, and so is a bad end that no test accounts for. */
async function tests(running, count) {
  const result = await running;
  const { passed, failed } = count(result.output);
  if (result.timedOut)
    return {
      ok: false,
      passed,
      failed: failed + 1,
      note: "stopped: it took too long",
    };
  if (passed + failed === 0)
    return { ok: false, passed, failed: 1, note: "executed no test" };
  if (!result.ok && failed === 0)
    return { ok: false, passed, failed: 1, note: `ended with ${result.code}` };
  return { ok: result.ok && failed === 0, passed, failed };
}

const cargo = (...args) => run("cargo", args, { minutes: 30 });
/** The command as the tests have built it already. */
const headwater = (...args) =>
  cargo("run", "--quiet", "--bin", "headwater", "--", ...args);
const clippy = (...target) =>
  cargo(
    "clippy",
    "--workspace",
    "--all-targets",
    ...target,
    "--",
    "--deny",
    "warnings",
  );

/** A step over a folder that may not be there yet; then the summary says so. */
const over = (folder, step) => async (extra) =>
  (await access(join(top, folder)).then(
    () => true,
    () => false,
  ))
    ? step(extra)
    : {
        ok: true,
        skipped: true,
        passed: 0,
        failed: 0,
        note: `there is no ${folder}/ yet`,
      };

/** What Rust's steps read. */
const rustFiles = async () => [
  ...["Cargo.toml", "Cargo.lock", "crate", "lessons"],
  ...(await testsBut("e2e", "engines")),
];
/** With the core among it, in web/pkg. */
const webFiles = async () => [
  ...["web", "lessons", "index.html", "tsconfig.json", "crate"],
  ...(await testsBut("conformance")),
];
const everything = async () => [
  ...(await rustFiles()),
  ...(await webFiles()),
  ...[".prettierrc", ".prettierignore"],
];
const built = async () => ["dist", "lessons", "tests/e2e", "tests/links"];

export const steps = {
  fmt: {
    needs: ["rust", "packages"],
    reads: everything,
    run: () =>
      checks(
        () => cargo("fmt", "--all", "--check"),
        () => run("prettier", ["--check", "--log-level", "warn", ...formatted]),
      ),
    hint: "npm run format puts it right",
  },
  clippy: {
    needs: ["rust", "wasmTarget"],
    reads: rustFiles,
    run: () =>
      checks(
        () => clippy(),
        () => clippy("--target", "wasm32-unknown-unknown"),
      ),
  },
  rust: {
    needs: ["rust"],
    reads: rustFiles,
    run: (extra) =>
      tests(cargo("test", "--workspace", ...extra), counts.rustTests),
  },
  conformance: {
    needs: ["rust"],
    reads: rustFiles,
    run: over("tests/conformance", (extra) =>
      tests(
        headwater("conform", "tests/conformance", ...extra),
        counts.commandTests,
      ),
    ),
  },
  lessons: {
    needs: ["rust"],
    reads: rustFiles,
    run: over("lessons", (extra) =>
      tests(headwater("check", "lessons", ...extra), counts.commandTests),
    ),
  },
  "wasm:node": {
    needs: ["rust", "wasmTarget", "wasmBindgen", "wasmPack"],
    reads: rustFiles,
    run: (extra) =>
      tests(
        run("wasm-pack", ["test", "--node", "crate", ...extra], {
          minutes: 30,
        }),
        counts.wasmTests,
      ),
  },
  "wasm:chrome": {
    needs: ["rust", "wasmTarget", "wasmBindgen", "wasmPack", "chrome"],
    reads: rustFiles,
    run: (extra) =>
      tests(
        run(
          "wasm-pack",
          ["test", "--headless", "--chrome", "crate", ...extra],
          { minutes: 30 },
        ),
        counts.wasmTests,
      ),
  },
  types: {
    needs: ["rust", "wasmTarget", "packages", "wasmBindgen"],
    reads: webFiles,
    prepare: core,
    run: () =>
      checks(
        () =>
          run("svelte-check", [
            "--workspace",
            "web",
            "--tsconfig",
            "./tsconfig.json",
            "--fail-on-warnings",
          ]),
        () => run("tsc", ["--project", "tsconfig.json"]),
      ),
  },
  unit: {
    needs: ["rust", "wasmTarget", "packages", "wasmBindgen"],
    reads: webFiles,
    prepare: core,
    run: (extra) =>
      tests(
        runNode("node_modules/vitest/vitest.mjs", [
          "run",
          "--config",
          "web/vite.config.ts",
          ...extra,
        ]),
        counts.vitestTests,
      ),
  },
  build: {
    needs: ["rust", "wasmTarget", "packages", "wasmBindgen"],
    reads: built,
    prepare: page,
    run: () => checks(checkSize),
  },
  e2e: {
    needs: ["rust", "wasmTarget", "packages", "wasmBindgen", "chrome"],
    reads: built,
    prepare: page,
    run: (extra) =>
      tests(
        runNode(
          "node_modules/@playwright/test/cli.js",
          ["test", "--config", "tests/e2e", ...extra],
          { minutes: 45 },
        ),
        counts.playwrightTests,
      ),
  },
};
