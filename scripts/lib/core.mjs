// The Rust core as a WebAssembly package in web/pkg: cargo, then wasm-bindgen, then (for release) wasm-opt.
//
// That is what `wasm-pack build` does, without its one more tool to install and its look for wasm-opt on GitHub.
import { rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { performance } from "node:perf_hooks";
import { must, top } from "./run.mjs";
import { done, heading, since, Told } from "./say.mjs";
import { hash, unlessDone } from "./stamp.mjs";

/** What Rust's wasm32-unknown-unknown target emits; wasm-opt refuses, or misses, what it is not told of. */
const features = [
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-call-indirect-overlong",
  "--enable-multivalue",
  "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int",
  "--enable-reference-types",
  "--enable-sign-ext",
];

const modes = {
  release: {
    profile: "wasm",
    bindgen: ["--remove-name-section", "--remove-producers-section"],
    optimise: "-O3",
  },
  // Quick to build, slow to run, and with names in its stack traces.
  dev: { profile: "dev", bindgen: ["--debug"], optimise: undefined },
};

/** Where cargo left the module, from its own report; it builds only what changed. */
async function compile(profile) {
  const { stdout } = await must(
    "cargo",
    [
      ...[
        "build",
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        profile,
      ],
      "--message-format=json-render-diagnostics",
    ],
    { minutes: 30, show: "errors" },
  );
  const built = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => JSON.parse(line).filenames ?? [])
    .filter(
      (file) =>
        file.endsWith("/headwater.wasm") || file.endsWith("\\headwater.wasm"),
    );
  if (built.length === 0) throw new Told("cargo reported no headwater.wasm");
  return relative(top, built.at(-1));
}

/** Builds web/pkg in a mode ("release" or "dev"), quick when nothing changed; resolves to whether it changed. */
export async function buildCore(mode = "release") {
  const { profile, bindgen, optimise } = modes[mode];
  const start = performance.now();
  heading(`Building the core, ${mode} (a minute or two the first time)`);
  const compiled = await compile(profile);
  const inputs = await hash(
    [compiled, "scripts/lib/core.mjs", "Cargo.lock", "package-lock.json"],
    [mode],
  );
  const fresh = await unlessDone("core", inputs, ["web/pkg"], async () => {
    // Made beside and put in place at once: a development server may be reading the old one.
    const folder = "web/.pkg-new";
    await rm(join(top, folder), { recursive: true, force: true });
    const names = ["--out-dir", folder, "--out-name", "headwater"];
    await must("wasm-bindgen", [
      "--target",
      "web",
      ...names,
      ...bindgen,
      compiled,
    ]);
    if (optimise) {
      const module = `${folder}/headwater_bg.wasm`;
      await must("wasm-opt", [optimise, ...features, module, "-o", module]);
    }
    await rm(join(top, "web/pkg"), { recursive: true, force: true });
    await rename(join(top, folder), join(top, "web/pkg"));
  });
  done(`core ${fresh ? "built" : "unchanged"}, ${since(start)}`);
  return fresh;
}
