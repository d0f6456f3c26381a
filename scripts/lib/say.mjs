// What the scripts print, so that every one of them looks the same.
import { styleText } from "node:util";

export const paint = (style, text) =>
  process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;

/** Something begins, with how long it may take. */
export const heading = (text) =>
  console.log(`\n${paint(["bold", "cyan"], "==>")} ${paint("bold", text)}`);

/** Something is done or was found done. */
export const done = (text) => console.log(`${paint("green", "ok")}  ${text}`);

export const problem = (text) =>
  console.log(`${paint(["bold", "red"], "failed")}  ${text}`);

/** Seconds since `start` (a `performance.now()`), for people. */
export const since = (start) => {
  const seconds = (performance.now() - start) / 1000;
  return seconds < 120
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
};

/** An error whose message is all a person needs; anything else is a bug and keeps its stack. */
export class Told extends Error {}

/** Runs a script's main function, and ends the process with 1 and a plain message when it fails. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    problem(error instanceof Told ? error.message : (error.stack ?? error));
    process.exit(1);
  }
}
