// `npm run test:engines`: exports scenarios as jobs, runs the jobs on the real engines in local mode, and compares what comes
// out with what the lab says. Downloads the engines (about 1.3 GB) the first time. Not part of `npm test`.
//
//   npm run test:engines                            every scenario on its own engine, what lessons start with on all
//   npm run test:engines -- --everything            every scenario on every engine
//   npm run test:engines -- pyspark beam            some targets only
//   npm run test:engines -- --only dedup            scenarios with this in their name
//   npm run test:engines -- --recorded              the recorded cases of tests/conformance as well
//   npm run test:engines -- --random 60 --seed 1    so many made-up scenarios for each engine, and no others
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { findScenarios } from "./lib/engines/scenarios.mjs";
import { exportJob, expected } from "./lib/engines/headwater.mjs";
import { firstDifference, knownDifferences } from "./lib/engines/compare.mjs";
import { engines, runJobs, targets } from "./lib/engines/execute.mjs";
import { randomScenarios } from "./lib/engines/random.mjs";
import { setUpEngines } from "./lib/engines/setup.mjs";
import { print, reasons } from "./lib/engines/table.mjs";
import { top } from "./lib/run.mjs";
import { heading, main, problem, since, Told } from "./lib/say.mjs";

const results = join(top, "test-results", "engines");

function choices(args) {
  const chosen = {
    targets: [],
    only: "",
    recorded: false,
    everything: false,
    random: 0,
    seed: 1,
  };
  while (args.length > 0) {
    const arg = args.shift();
    if (arg === "--only") chosen.only = args.shift() ?? "";
    else if (arg === "--recorded") chosen.recorded = true;
    else if (arg === "--everything") chosen.everything = true;
    else if (arg === "--random") chosen.random = Number(args.shift());
    else if (arg === "--seed") chosen.seed = Number(args.shift());
    else if (targets.includes(arg)) chosen.targets.push(arg);
    else
      throw new Told(`unknown: ${arg}. The targets are ${targets.join(", ")}`);
  }
  if (chosen.targets.length === 0) chosen.targets = targets;
  return chosen;
}

/** The scenarios asked for: those that are written down, or made-up ones. */
async function scenariosOf({ random, seed, ...chosen }) {
  if (!random) return findScenarios(chosen);
  const which = new Set(chosen.targets.map((target) => engines[target]));
  const made = join(results, "random");
  const found = await randomScenarios(which, random, seed, made);
  return found.filter(({ name }) => name.includes(chosen.only));
}

/** Exports each scenario to its own engine, and those that are for all to all: the jobs there are, and what could not be exported. */
async function exportAll(scenarios, { targets: chosen, everything }) {
  const cells = [];
  for (const scenario of scenarios) {
    for (const target of chosen) {
      const own = engines[target] === scenario.engine;
      if (!own && !scenario.everywhere && !everything) continue;
      const folder = join(results, target, scenario.name);
      const refusal = await exportJob(scenario, target, folder);
      cells.push({ scenario: scenario.name, target, folder, refusal });
    }
  }
  return cells;
}

async function judge(cell, outcome, known) {
  // Neither a match nor a difference: what would have come next is not known.
  if (outcome?.stopped)
    return { ...cell, result: "stopped", difference: outcome.stopped };
  if (!outcome || outcome.error)
    return {
      ...cell,
      result: "differs",
      difference: outcome?.error ?? "did not run",
    };
  if (outcome.checked) return { ...cell, result: "checked" };
  const lab = await expected(cell.folder);
  const difference = firstDifference(lab, outcome.rows, cell.target);
  const reason = known.get(`${cell.target} ${cell.scenario}`);
  if (!difference && reason)
    return {
      ...cell,
      result: "differs",
      difference: "matches, but is in known-differences.json",
    };
  if (!difference)
    return { ...cell, result: "match", count: outcome.rows.length };
  return reason
    ? { ...cell, result: "known", difference, reason }
    : { ...cell, result: "differs", difference };
}

await main(async () => {
  const start = performance.now();
  const chosen = choices(process.argv.slice(2));
  const tools = await setUpEngines();
  await rm(results, { recursive: true, force: true });

  heading("Exporting");
  const scenarios = await scenariosOf(chosen);
  const cells = await exportAll(scenarios, chosen);
  const jobs = cells.filter(({ refusal }) => refusal === undefined);
  console.log(`${scenarios.length} scenarios, ${jobs.length} jobs`);

  const known = await knownDifferences();
  const judged = cells.filter(({ refusal }) => refusal !== undefined);
  for (const target of chosen.targets) {
    const ofTarget = jobs.filter((job) => job.target === target);
    if (ofTarget.length === 0) continue;
    heading(`${target}: ${ofTarget.length} jobs`);
    const began = performance.now();
    const outcomes = await runJobs(target, ofTarget, tools);
    for (const job of ofTarget)
      judged.push(await judge(job, outcomes.get(job.folder), known));
    console.log(`in ${since(began)}`);
  }

  print(scenarios, chosen.targets, judged);
  reasons(judged);
  await writeFile(join(results, "results.json"), JSON.stringify(judged));
  const wrong = judged.filter(({ result }) => result === "differs");
  console.log(`\nIn ${since(start)}.`);
  if (wrong.length > 0) {
    problem(`${wrong.length} differences that nothing explains`);
    process.exitCode = 1;
  }
});
