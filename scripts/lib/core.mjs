// The Rust core as a WebAssembly package in web/pkg: cargo, then wasm-bindgen, then (for release) wasm-opt.
//
// That is what `wasm-pack build` does, without its one more tool to install and its look for wasm-opt on GitHub.
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
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
    bindgen: ["--remove-name-section", "--remove-producers-section"],
    optimised: true,
  },
  // Quick to build, slow to run, and with names in its stack traces.
  dev: { bindgen: ["--debug"], optimised: false },
};

/**
 * The modules: what a first visit to a lesson needs; everything, which comes right after; and what runs large inputs in a worker, built
 * for speed where the others are built for size. Each has a target folder of its own or a profile of its own: cargo names all results alike, and would
 * build each anew after the other.
 */
const modules = [
  {
    name: "headwater",
    folder: "",
    profile: "wasm",
    flags: ["--no-default-features", "--features", "page"],
    // Twice, and with its jumps found anew: a sixtieth less. It takes too long for the larger ones.
    optimise: ["--flatten", "--rereloop", "-Oz", "-Oz"],
  },
  {
    name: "studio",
    folder: "/studio",
    profile: "studio",
    flags: [
      ...["--no-default-features", "--features", "studio"],
      ...["--target-dir", "target/studio"],
    ],
    // In development one build has everything, and serves for both.
    devFlags: ["--target-dir", "target/studio"],
    optimise: ["-O2"],
  },
  {
    name: "bulk",
    folder: "/bulk",
    profile: "bulk",
    // With vectors, which every browser of today has: without them a browser makes jumps of the least and the greatest value.
    flags: [
      ...["--no-default-features", "--features", "bulk"],
      ...[
        "--config",
        'target.wasm32-unknown-unknown.rustflags=["-Ctarget-feature=+simd128"]',
      ],
    ],
    devFlags: ["--target-dir", "target/studio"],
    optimise: ["--enable-simd", "-O3"],
  },
];

/** Where cargo left the module, from its own report; it builds only what changed. */
async function compile(profile, flags) {
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
        ...flags,
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

/** Two Rust types of one name would silently become one type of the page: says so instead. */
async function typesAreUnique(declarations) {
  const text = await readFile(join(top, declarations), "utf8");
  const names = [...text.matchAll(/^export (?:type|interface) (\w+)/gm)];
  const twice = names
    .map(([, name]) => name)
    .filter((name, i, all) => all.indexOf(name) !== i);
  if (twice.length > 0)
    throw new Told(
      `${declarations}: several Rust types that cross to the page are called ${twice.join(", ")}`,
    );
}

/** Makes one module's package in a folder. */
async function pack(compiled, name, folder, bindgen, optimise) {
  const names = ["--out-dir", folder, "--out-name", name];
  const target = ["--target", "web"];
  await must("wasm-bindgen", [...target, ...names, ...bindgen, compiled]);
  await typesAreUnique(`${folder}/${name}.d.ts`);
  if (!optimise) return;
  const module = `${folder}/${name}_bg.wasm`;
  await must("wasm-opt", [...optimise, ...features, module, "-o", module]);
}

/** Builds one module, and resolves to whether it changed. */
async function build(module, mode) {
  const how = modes[mode];
  const { name, folder } = module;
  const compiled = how.optimised
    ? await compile(module.profile, module.flags)
    : await compile("dev", module.devFlags ?? module.flags);
  const inputs = await hash(
    [compiled, "scripts/lib/core.mjs", "Cargo.lock", "package-lock.json"],
    [mode, name],
  );
  const made = `web/pkg${folder}`;
  const outputs = [`${made}/${name}_bg.wasm`, `${made}/${name}.js`];
  return unlessDone(`core-${name}`, inputs, outputs, async () => {
    // Made beside and put in place at once: a development server may be reading the old one.
    const fresh = `web/.pkg-new-${name}`;
    await rm(join(top, fresh), { recursive: true, force: true });
    const optimise = how.optimised ? module.optimise : undefined;
    await pack(compiled, name, fresh, how.bindgen, optimise);
    await mkdir(join(top, made), { recursive: true });
    for (const file of await readdir(join(top, fresh)))
      await rename(join(top, fresh, file), join(top, made, file));
    await rm(join(top, fresh), { recursive: true, force: true });
  });
}

/** Builds web/pkg in a mode ("release" or "dev"), quick when nothing changed; resolves to whether it changed. */
export async function buildCore(mode = "release") {
  const start = performance.now();
  heading(`Building the core, ${mode} (a few minutes the first time)`);
  // At once: the compiler works on each with one processor, most of the time.
  const built = await Promise.all(modules.map((module) => build(module, mode)));
  const changed = built.includes(true);
  done(`core ${changed ? "built" : "unchanged"}, ${since(start)}`);
  return changed;
}
