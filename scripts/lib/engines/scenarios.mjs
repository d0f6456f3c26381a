// Which scenarios are run: every lesson's, those in tests/engines/scenarios, and on request the recorded cases.
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { top } from "../run.mjs";

const json = async (file) => JSON.parse(await readFile(file, "utf8"));

async function filesBelow(folder, name) {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function ofLessons() {
  const found = [];
  for (const file of await filesBelow(join(top, "lessons"), /^lesson\.json$/)) {
    const { slug, scenarios } = await json(file);
    // None for a model of a cluster: no engine runs that as a job.
    const engineOf = (id) => {
      const { engine, cluster, from: base, set = [] } = scenarios[id];
      const chosen = set.find(({ knob }) => knob === "engine");
      return cluster ? undefined : (engine ?? chosen?.value ?? engineOf(base));
    };
    for (const id of Object.keys(scenarios)) {
      const engine = engineOf(id);
      if (engine === undefined) continue;
      found.push({
        name: `${slug}.${id}`,
        from: `${slug}:${id}`,
        engine,
        everywhere: id === "start",
      });
    }
  }
  return found;
}

async function ofOurs() {
  const files = await filesBelow(
    join(top, "tests", "engines", "scenarios"),
    /\.json$/,
  );
  return Promise.all(
    files.map(async (from) => ({
      name: basename(from, ".json"),
      from,
      engine: (await json(from)).engine,
      everywhere: false,
    })),
  );
}

async function recorded() {
  const found = [];
  for (const from of await filesBelow(
    join(top, "tests", "conformance"),
    /\.json$/,
  ))
    for (const { id, pipeline } of (await json(from)).cases ?? [])
      if (pipeline)
        found.push({
          name: id.replaceAll("/", "."),
          from,
          id,
          engine: id.split("/")[0],
          everywhere: false,
        });
  return found;
}

/** The scenarios with `only` in their names, each with its engine, and whether it is for the others as well. */
export async function findScenarios({ only, recorded: alsoRecorded }) {
  const found = [...(await ofLessons()), ...(await ofOurs())];
  if (alsoRecorded) found.push(...(await recorded()));
  return found.filter(({ name }) => name.includes(only));
}
