// Running jobs: many Python jobs in one process, Flink jobs each in a Java machine of its own, as their READMEs say.
import { constants } from "node:fs";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, top } from "../run.mjs";

const ours = join(top, "tests", "engines");

/** Which engine runs a target. Kafka Streams is not among Python's packages: its jobs are only read. */
export const engines = {
  "flink-java": "flink",
  "flink-sql": "flink",
  pyspark: "spark",
  beam: "beam",
  "kafka-streams": "kafka-streams",
};

/** The targets, in the order of the table. */
export const targets = Object.keys(engines);

/** Lines of JSON; whatever else a program prints is for people. */
const rowsOf = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

/**
 * Settings that make small batches quick and change no result: no user interface, no compiling of each plan, no checksums beside the
 * checkpoint's files, as few old batches kept as there may be.
 */
const sparkSettings = {
  "spark.ui.enabled": "false",
  "spark.ui.showConsoleProgress": "false",
  "spark.sql.codegen.wholeStage": "false",
  "spark.sql.codegen.factoryMode": "NO_CODEGEN",
  "spark.sql.streaming.checkpoint.fileChecksum.enabled": "false",
  "spark.sql.streaming.minBatchesToRetain": "2",
  "spark.sql.streaming.pollingDelay": "0",
};

/** Checkpoints and files of batches in memory, where there is a folder of that kind: a batch writes a dozen small ones. */
const inMemory = () =>
  access("/dev/shm", constants.W_OK).then(
    () => "/dev/shm",
    () => undefined,
  );

async function python(jobs, { python: interpreter }) {
  const folders = jobs.map(({ folder }) => folder);
  const list = join(folders[0], "..", "jobs.txt");
  await writeFile(list, folders.join("\n"));
  const folder = await inMemory();
  const settings = Object.entries(sparkSettings).map(
    ([name, value]) => `--conf ${name}=${value}`,
  );
  if (folder) settings.push(`--driver-java-options -Djava.io.tmpdir=${folder}`);
  const result = await run(interpreter, [join(ours, "run_jobs.py"), list], {
    minutes: 120,
    env: {
      SPARK_LOCAL_IP: "127.0.0.1",
      PYSPARK_SUBMIT_ARGS: [...settings, "pyspark-shell"].join(" "),
      ...(folder && { TMPDIR: folder }),
    },
    show: "none",
  });
  const outcomes = new Map();
  for (const folder of folders) {
    const read = (name) => readFile(join(folder, name), "utf8");
    const printed = await read("printed.jsonl").catch(() => undefined);
    const error = await read("error.txt").catch(() => undefined);
    const stopped = await read("stopped.txt").catch(() => undefined);
    if (stopped !== undefined) outcomes.set(folder, { stopped });
    else if (error !== undefined || printed === undefined)
      outcomes.set(folder, {
        error: error ?? `did not run: ${result.output.slice(-300)}`,
      });
    else outcomes.set(folder, { rows: rowsOf(printed) });
  }
  return outcomes;
}

/** Compiles all jobs in one Java machine; with `parse` only reads them. Resolves to the errors by folder. */
async function compile(jobs, classPath, parse) {
  const folders = jobs.map(({ folder }) => folder);
  const list = join(folders[0], "..", "jobs.txt");
  await mkdir(join(folders[0], ".."), { recursive: true });
  await writeFile(list, folders.join("\n"));
  const how = parse ? "parse" : "compile";
  const result = await run(
    "java",
    ["-cp", classPath, join(ours, "Compile.java"), how, list],
    { minutes: 20, show: "none" },
  );
  if (!result.ok)
    return new Map(folders.map((folder) => [folder, result.output]));
  return new Map(
    rowsOf(result.stdout).map(({ folder, errors }) => [folder, errors]),
  );
}

const quickly = [
  "-XX:TieredStopAtLevel=1",
  "-XX:+UseSerialGC",
  "-Xmx1g",
  "--add-opens=java.base/java.util=ALL-UNNAMED",
];

async function flink(jobs, { jars }, mainClass) {
  const classPath = join(jars, "*");
  const errors = await compile(jobs, classPath, false);
  const outcomes = new Map();
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { folder } = job;
      if (errors.get(folder)) {
        outcomes.set(folder, {
          error: `does not compile: ${errors.get(folder)}`,
        });
        continue;
      }
      const result = await run(
        "java",
        [
          ...quickly,
          "-cp",
          `${join(folder, "classes")}:${classPath}`,
          mainClass,
        ],
        { minutes: 5, show: "none", folder },
      );
      await writeFile(join(folder, "printed.jsonl"), result.stdout);
      outcomes.set(
        folder,
        result.ok
          ? { rows: rowsOf(result.stdout) }
          : {
              error: result.timedOut
                ? "did not end within 5 minutes"
                : causeOf(result.output),
            },
      );
    }
  };
  await Promise.all([worker(), worker()]);
  return outcomes;
}

/** The innermost cause of a Java stack trace. */
function causeOf(output) {
  const causes = output.match(/^(Caused by|Exception in).*$/gm);
  return causes?.at(-1) ?? output.slice(-300);
}

async function kafkaStreams(jobs) {
  const errors = await compile(jobs, ".", true);
  return new Map(
    jobs.map(({ folder }) => [
      folder,
      errors.get(folder)
        ? { error: `is not Java: ${errors.get(folder)}` }
        : { checked: true },
    ]),
  );
}

/** Runs jobs of one target; resolves to what each folder's job printed, or what went wrong. */
export function runJobs(target, jobs, tools) {
  switch (target) {
    case "pyspark":
    case "beam":
      return python(jobs, tools);
    case "flink-java":
      return flink(jobs, tools, "Job");
    case "flink-sql":
      return flink(jobs, tools, "RunSql");
    case "kafka-streams":
      return kafkaStreams(jobs);
    default:
      throw new Error(`no way to run ${target}`);
  }
}
