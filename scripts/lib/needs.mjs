// What must be on the machine, each with how to see it, how to get it, and what a person can do where that fails.
// `npm start` asks for the least; `npm test` for all of it. A need that is met costs a fraction of a second.
import { access, readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { join } from "node:path";
import { answer, must, run, toolsFolder, top } from "./run.mjs";
import { done, heading, since, Told } from "./say.mjs";

const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

/** The version of a crate in Cargo.lock. */
async function lockedVersion(crate) {
  const lock = await readFile(join(top, "Cargo.lock"), "utf8");
  const found = new RegExp(`name = "${crate}"\\nversion = "(.+)"`).exec(lock);
  if (!found) throw new Told(`Cargo.lock does not name ${crate}`);
  return found[1];
}

/** The last word of what `command --version` prints: `wasm-bindgen 0.2.130` gives `0.2.130`. */
const version = async (command) =>
  (await answer(command, ["--version"]))?.split(" ")[1];

/**
 * Builds a command from the crate registry. It goes where cargo puts commands, so that a person can type it too; but where another
 * version is already in use, perhaps by another project, that stays and this checkout gets its own.
 */
async function cargoInstall(crate, command, wanted, extra = []) {
  const taken = (await version(command)) !== undefined;
  const args = ["install", crate, "--version", `=${wanted}`, ...extra];
  if (taken) args.push("--root", toolsFolder);
  const options = {
    minutes: 20,
    env: {
      // These commands run for a second or two at a time: building them fast matters more than their speed.
      CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
      CARGO_PROFILE_RELEASE_LTO: "off",
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
      CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS: "fallback",
    },
  };
  // As its authors released it; where the registry no longer has one of those exact crates, with the newest that fit.
  const locked = await run("cargo", [...args, "--locked"], options);
  if (locked.ok) return;
  if (locked.timedOut)
    throw new Told(`building ${crate} took over 20 minutes and was stopped`);
  console.log(`\nTrying again with the newest crates that fit.`);
  await must("cargo", args, options);
}

/** Whether node_modules holds exactly what the lock file names, by npm's own record of what it installed. */
async function packagesAreInstalled() {
  const read = async (file) =>
    JSON.parse(await readFile(join(top, file), "utf8")).packages;
  try {
    const wanted = await read("package-lock.json");
    const installed = await read("node_modules/.package-lock.json");
    return Object.entries(wanted).every(
      ([place, entry]) =>
        place === "" ||
        entry.optional ||
        installed[place]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

const chromes = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

/** The browser that the tests use: the one CHROME_PATH names, or the first of the usual commands. */
export async function findChrome() {
  const candidates = [
    process.env.CHROME_PATH,
    ...chromes.flatMap((name) =>
      ["/usr/bin", "/usr/local/bin", "/snap/bin"].map((folder) =>
        join(folder, name),
      ),
    ),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  for (const file of candidates) if (file && (await exists(file))) return file;
  return undefined;
}

const needs = {
  rust: {
    what: "Rust",
    met: () => answer("cargo", ["--version"]),
    fix: "Install Rust 1.95 or newer with rustup (https://rustup.rs), then run this again.",
  },
  wasmTarget: {
    what: "Rust's WebAssembly target",
    takes: "a few seconds",
    met: async () => {
      const folder = await answer("rustc", [
        "--print",
        "target-libdir",
        "--target",
        "wasm32-unknown-unknown",
      ]);
      return folder !== undefined && (await exists(folder));
    },
    get: () => must("rustup", ["target", "add", "wasm32-unknown-unknown"]),
    fix:
      "Run `rustup target add wasm32-unknown-unknown` where static.rust-lang.org can be reached. " +
      "With Debian's Rust instead of rustup: `apt-get install libstd-rust-dev-wasm32`.",
  },
  packages: {
    what: "npm packages",
    takes: "under a minute",
    met: packagesAreInstalled,
    get: () =>
      must("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
        minutes: 10,
      }),
    fix: "Run `npm ci` and see what it says; it needs the npm registry (`npm config get registry` prints which).",
  },
  wasmBindgen: {
    what: "wasm-bindgen, in the version of Cargo.lock",
    takes: "two to four minutes, once",
    met: async () => {
      const wanted = await lockedVersion("wasm-bindgen");
      return (
        (await version("wasm-bindgen")) === wanted &&
        (await version("wasm-bindgen-test-runner")) === wanted
      );
    },
    // Its one default feature is TLS to a browser driver on another machine.
    get: async () =>
      cargoInstall(
        "wasm-bindgen-cli",
        "wasm-bindgen",
        await lockedVersion("wasm-bindgen"),
        ["--no-default-features"],
      ),
    fix: "Run `cargo install wasm-bindgen-cli --version <the one of wasm-bindgen in Cargo.lock>` and see what it says.",
  },
  wasmPack: {
    what: "wasm-pack",
    takes: "one to three minutes, once",
    met: () => version("wasm-pack"),
    get: () => cargoInstall("wasm-pack", "wasm-pack", "0.15.1"),
    fix: "Run `cargo install wasm-pack` and see what it says.",
  },
  chrome: {
    what: "Chrome or Chromium with its driver",
    takes: "under a minute",
    met: async () => (await findChrome()) && (await version("chromedriver")),
    get: async () => {
      if (
        !(await answer("apt-get", ["--version"])) ||
        process.getuid?.() !== 0
      ) {
        throw new Told(
          "only root on Debian and the like can have it installed from here",
        );
      }
      const env = { DEBIAN_FRONTEND: "noninteractive" };
      await must("apt-get", ["update"], { env });
      await must(
        "apt-get",
        [
          "install",
          "-y",
          "--no-install-recommends",
          "chromium",
          "chromium-driver",
        ],
        { env },
      );
    },
    fix:
      "On Debian or Ubuntu run `sudo apt-get install chromium chromium-driver`. Elsewhere install Chrome and the chromedriver of the " +
      "same version, put chromedriver on the PATH and, where Chrome is in an unusual place, set CHROME_PATH.",
  },
};

/** Everything that `npm start` needs. */
export const toStart = ["rust", "wasmTarget", "packages", "wasmBindgen"];

const asked = new Map();

async function meet({ what, takes, met, get, fix }) {
  if (await met()) return;
  if (!get) throw new Told(`${what} is missing. ${fix}`);
  const start = performance.now();
  heading(`Getting ${what} (${takes})`);
  try {
    await get();
    if (!(await met()))
      throw new Told("it was installed but still cannot be found");
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    throw new Told(`${what}: ${error.message}.\n${fix}`);
  }
  done(`${what}, ${since(start)}`);
}

/** Makes sure of the named needs, in order; a need is looked at once per run. */
export async function ensure(names) {
  for (const name of names) {
    if (!asked.has(name)) asked.set(name, meet(needs[name]));
    await asked.get(name);
  }
}
