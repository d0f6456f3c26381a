// What running the engines takes: Java with a compiler, Python, and the engines from its package registry in a folder of our own.
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ensure } from "../needs.mjs";
import { answer, must, run, toolsFolder } from "../run.mjs";
import { done, heading, Told } from "../say.mjs";

/** The engines, at the versions that the exports are written for. */
const ENGINES = [
  "pyspark==4.3.0",
  "apache-flink-libraries==2.3.0",
  "apache-beam==2.77.0",
];

const environment = join(toolsFolder, "engines");
const python = join(environment, "bin", "python");

async function java() {
  const version = (await answer("javac", ["-version"]))?.split(" ")[1];
  if (parseInt(version ?? "0") < 17)
    throw new Told(
      `the engines need a Java development kit, 17 or newer; \`javac -version\` says ${version ?? "nothing"}`,
    );
  done(`Java ${version}`);
}

async function engines() {
  const wanted = ENGINES.map((engine) => engine.split("=="));
  const installed = async () => {
    const list = await run(python, ["-m", "pip", "list", "--format=freeze"], {
      show: "none",
    });
    const lines = list.stdout.split("\n");
    return wanted.every(([name, version]) =>
      lines.some((line) => line.replaceAll("_", "-") === `${name}==${version}`),
    );
  };
  if (!(await installed())) {
    heading("Downloading the engines, about 1.3 GB: up to 30 minutes");
    await must("python3", ["-m", "venv", environment], { minutes: 5 });
    const pip = ["-m", "pip", "install", "--disable-pip-version-check"];
    await must(python, [...pip, ...ENGINES], { minutes: 30 });
    if (!(await installed()))
      throw new Told(`${environment} does not hold ${ENGINES.join(", ")}`);
  }
  done(ENGINES.join(", "));
}

/** The folder of Flink's jars, in whichever Python's packages. */
async function flinkJars() {
  const lib = join(environment, "lib");
  for (const version of await readdir(lib)) {
    const jars = join(lib, version, "site-packages", "pyflink", "lib");
    if (
      await access(jars).then(
        () => true,
        () => false,
      )
    )
      return jars;
  }
  throw new Told(`there are no Flink jars in ${environment}`);
}

/** Sets up what is missing, and builds the command. */
export async function setUpEngines() {
  await java();
  await engines();
  await ensure(["rust"]);
  heading("Building headwater");
  await must("cargo", ["build", "--quiet", "--bin", "headwater"], {
    minutes: 30,
  });
  return { python, jars: await flinkJars() };
}
