// The table of scenarios and engines, and what stands behind its cells.
import { paint } from "../say.mjs";

const cellText = (cell) => {
  switch (cell?.result) {
    case "match":
      return ["green", `match ${cell.count}`];
    case "checked":
      return ["green", "well-formed"];
    case "known":
      return ["yellow", "known"];
    case "stopped":
      return ["yellow", "not finished"];
    case "differs":
      return ["red", "DIFFERS"];
    default:
      return ["dim", "–"];
  }
};

/** Prints the table: how many lines matched, or what happened instead. */
export function print(scenarios, targets, judged) {
  const width = Math.max(...scenarios.map(({ name }) => name.length), 8);
  console.log(
    `\n${["scenario".padEnd(width), ...targets.map((t) => t.padEnd(13))].join("  ")}`,
  );
  for (const { name } of scenarios) {
    const cells = targets.map((target) => {
      const [style, text] = cellText(
        judged.find((c) => c.scenario === name && c.target === target),
      );
      return paint(style, text.padEnd(13));
    });
    console.log([name.padEnd(width), ...cells].join("  ").trimEnd());
  }
  const number = (target, ...results) =>
    judged.filter((c) => c.target === target && results.includes(c.result))
      .length;
  for (const target of targets)
    console.log(
      `${target}: ${number(target, "match", "checked")} match, ${number(target, "known")} known, ${number(target, "differs")} differ, ${number(target, "stopped")} not finished, ${number(target, undefined)} cannot be said`,
    );
  console.log("(match: so many lines; –: the engine cannot say it)");
}

/** Prints what stands behind the cells that are no match. */
export function reasons(judged) {
  const list = (title, cells, text) => {
    if (cells.length === 0) return;
    console.log(`\n${title}`);
    for (const cell of cells)
      console.log(`  ${cell.target} ${cell.scenario}: ${text(cell)}`);
  };
  const of = (result) => judged.filter((cell) => cell.result === result);
  list("Cannot be said", of(undefined), ({ refusal }) => refusal);
  list(
    "Known differences",
    of("known"),
    ({ difference, reason }) => `${difference}. ${reason}`,
  );
  list("Not finished", of("stopped"), ({ difference }) => difference);
  list("Differences", of("differs"), ({ difference }) => difference);
}
