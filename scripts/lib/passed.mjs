// What passed before with just the files that are there now need not run again.
//
// A step of `npm test` names what it reads. When it has passed, that is noted with a hash of all of it and of the tools; while the hash stays,
// the step is taken as passed. `npm test -- --anew`, and continuous integration (CI in the environment), run everything.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { findChrome } from "./needs.mjs";
import { answer, top } from "./run.mjs";
import { hash } from "./stamp.mjs";

/** What every step reads: how it is run. */
const always = ["package.json", "package-lock.json", "scripts"];

/** What a step's result depends on beside files. */
async function tools() {
  const named = ["rustc", "wasm-bindgen", "wasm-pack"];
  const chrome = await findChrome();
  const versions = [...named, ...(chrome ? [chrome] : [])].map((command) =>
    answer(command, ["--version"]),
  );
  return [
    platform(),
    arch(),
    process.version,
    ...(await Promise.all(versions)),
  ];
}

/** The entries of tests/ but for these. */
export async function testsBut(...others) {
  const entries = await readdir(join(top, "tests"));
  return entries
    .filter((entry) => !others.includes(entry))
    .map((entry) => `tests/${entry}`);
}

/** One hash of all that a step reads. */
export const reading = async (paths) =>
  hash([...always, ...(await paths())], await tools());

const noteOf = (name) => join(top, "target", "stamps", `passed-${name}.json`);

/** Notes that a step passed, with so many tests, on what it read. */
export async function notePassed(name, read, { passed }) {
  await mkdir(join(top, "target", "stamps"), { recursive: true });
  await writeFile(noteOf(name), JSON.stringify({ read, passed }));
}

/** With how many tests a step passed on the same; nothing where it did not. */
export async function passedBefore(name, read) {
  const note = await readFile(noteOf(name), "utf8")
    .then(JSON.parse)
    .catch(() => ({}));
  return note.read === read ? note.passed : undefined;
}
