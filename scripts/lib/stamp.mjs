// Skipping work whose inputs and results have not changed, by content: a stamp remembers the hash of what went in and of what came out.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { top } from "./run.mjs";

/** Every file at or below a path, in a fixed order; nothing when it does not exist. */
export async function filesUnder(path) {
  const info = await stat(join(top, path)).catch(() => undefined);
  if (!info) return [];
  if (info.isFile()) return [path];
  const entries = await readdir(join(top, path), { withFileTypes: true });
  const lists = await Promise.all(
    entries.map((entry) => filesUnder(join(path, entry.name))),
  );
  return lists.flat().sort();
}

/** One hash over the names and contents of files and folders, and over plain facts such as a compiler's version. */
export async function hash(paths, facts = []) {
  const sum = createHash("sha256").update(JSON.stringify(facts));
  for (const path of paths) {
    for (const file of await filesUnder(path)) {
      sum.update(`\0${file}\0`).update(await readFile(join(top, file)));
    }
  }
  return sum.digest("hex");
}

/** Does `work` unless it was done with the same `inputs` (a hash) and left in `results` (paths) just what is there now. */
export async function unlessDone(name, inputs, results, work) {
  const file = join(top, "target", "stamps", `${name}.json`);
  const last = await readFile(file, "utf8")
    .then(JSON.parse)
    .catch(() => ({}));
  if (last.inputs === inputs && last.results === (await hash(results)))
    return false;
  await work();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    JSON.stringify({ inputs, results: await hash(results) }),
  );
  return true;
}
