// `npm test`: sets up what testing needs, runs every step even after one failed, and sums up.
//
// A step that passed before with the very files that are there now is not run again: `npm test -- --anew` runs all of them, and so does
// continuous integration.
//
// Steps can be named (`npm run test:rust`, `node scripts/test.mjs fmt clippy`). What follows a single step goes to its runner:
// `npm run test:e2e -- -g keyboard`.
import { performance } from "node:perf_hooks";
import { ensure } from "./lib/needs.mjs";
import { notePassed, passedBefore, reading } from "./lib/passed.mjs";
import { heading, main, paint, problem, Told } from "./lib/say.mjs";
import { steps } from "./lib/test-steps.mjs";

/** The steps that the command line names, and what is left of it for the one named. */
function chosen(args) {
  const other = args.findIndex((arg) => !(arg in steps));
  const names = other < 0 ? args : args.slice(0, other);
  const extra =
    other < 0 ? [] : args.slice(other).filter((arg) => arg !== "--");
  if (extra.length > 0 && names.length !== 1) {
    throw new Told(
      `unknown step: ${extra[0]}. The steps are ${Object.keys(steps).join(", ")}`,
    );
  }
  return { names: names.length > 0 ? names : Object.keys(steps), extra };
}

/** Sets up for all chosen steps at once, so that the waiting comes first. What fails is told again by each step that needs it. */
async function setUp(names) {
  const needs = new Set(names.flatMap((name) => steps[name].needs));
  for (const need of needs)
    await ensure([need]).catch((error) => problem(error.message));
}

async function runStep(name, extra, anew) {
  const { needs, reads, prepare, run, hint } = steps[name];
  const start = performance.now();
  let result;
  try {
    await ensure(needs);
    await prepare?.();
    heading(`test:${name}`);
    const read = await reading(reads);
    const before = anew ? undefined : await passedBefore(name, read);
    if (before === undefined) {
      result = await run(extra);
      if (result.ok && !result.skipped && extra.length === 0)
        await notePassed(name, read, result);
    } else {
      const note = "passed before with these files";
      console.log(`${note}; npm test -- --anew runs it again`);
      result = { ok: true, passed: before, failed: 0, note };
    }
    if (!result.ok) result.note ??= hint;
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    problem(error.message);
    result = {
      ok: false,
      passed: 0,
      failed: 1,
      note: error.message.split("\n")[0],
    };
  }
  return { name, ...result, seconds: (performance.now() - start) / 1000 };
}

function summarize(rows) {
  console.log(`\n${paint("bold", "step           result    tests  seconds")}`);
  for (const { name, ok, skipped, passed, failed, seconds, note } of rows) {
    const word = skipped ? "skipped" : ok ? "ok" : "FAILED";
    const cells = [
      name.padEnd(13),
      paint(skipped ? "yellow" : ok ? "green" : "red", word.padEnd(8)),
      String(passed + failed).padStart(6),
      seconds.toFixed(1).padStart(8),
    ];
    const notes = [
      failed > 0 && passed > 0 ? `${failed} failed` : undefined,
      note,
    ].filter(Boolean);
    console.log([cells.join("  "), ...notes].join("  "));
  }
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  console.log(
    `\nIn ${Math.round(total("seconds"))} seconds. A step without tests of its own counts its checks.\n`,
  );
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
}

await main(async () => {
  const args = process.argv.slice(2);
  const { names, extra } = chosen(args.filter((arg) => arg !== "--anew"));
  const anew =
    args.includes("--anew") || extra.length > 0 || Boolean(process.env["CI"]);
  const setUpStart = performance.now();
  await setUp(names);
  const setUpSeconds = (performance.now() - setUpStart) / 1000;

  const rows = [];
  for (const name of names) rows.push(await runStep(name, extra, anew));
  if (setUpSeconds > 5)
    rows.unshift({
      name: "set-up",
      ok: true,
      passed: 0,
      failed: 0,
      seconds: setUpSeconds,
    });
  summarize(rows);
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
});
