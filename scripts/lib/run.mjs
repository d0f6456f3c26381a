// Running other programs: from the top of the repository, with a time limit, and ended whole when this script ends.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { Told } from "./say.mjs";

/** The top of the repository. */
export const top = fileURLToPath(new URL("../../", import.meta.url));

/** Commands that only this checkout uses; see needs.mjs. */
export const toolsFolder = join(top, ".tools");

const cargoFolder = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
const path = [
  join(toolsFolder, "bin"),
  join(top, "node_modules", ".bin"),
  process.env.PATH ?? "",
  // Last, for shells where rustup was installed but its folder not yet put on the path.
  join(cargoFolder, "bin"),
].join(delimiter);

const onWindows = process.platform === "win32";
const running = new Set();

/** Ends a program and all it started. */
function end(child, signal) {
  try {
    if (onWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    for (const child of running) end(child, "SIGTERM");
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

/**
 * Runs a program and resolves to `{ ok, code, timedOut, missing, stdout, output }`; it never throws.
 * `show`: "all" prints what it prints as it comes, "errors" only its stderr, "none" nothing.
 * `output` is everything it printed, without colours. It runs in `folder`, the top unless said otherwise.
 */
export function run(
  command,
  args,
  { minutes = 10, env = {}, show = "all", folder = top } = {},
) {
  return new Promise((resolve) => {
    const colour =
      process.stdout.isTTY && show !== "none"
        ? { CARGO_TERM_COLOR: "always", FORCE_COLOR: "1" }
        : {};
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, PATH: path, ...colour, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: !onWindows,
    });
    running.add(child);

    let stdout = "";
    let output = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      end(child, "SIGKILL");
    }, minutes * 60_000);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
      if (show === "all") process.stdout.write(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (show !== "none") process.stderr.write(text);
    });

    const finish = (code, missing) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({
        ok: code === 0 && !timedOut,
        code,
        timedOut,
        missing,
        stdout,
        output: stripVTControlCharacters(output),
      });
    };
    child.on("error", (error) => finish(null, error.code === "ENOENT"));
    child.on("close", (code) => finish(code, false));
  });
}

/** Runs a program that must succeed. */
export async function must(command, args, options) {
  const result = await run(command, args, options);
  if (result.ok) return result;
  const line = [command, ...args].join(" ");
  if (result.missing)
    throw new Told(`\`${command}\` was not found (for: ${line})`);
  if (result.timedOut)
    throw new Told(
      `\`${line}\` was stopped after ${options?.minutes ?? 10} minutes`,
    );
  if (options?.show === "none") process.stderr.write(result.output);
  throw new Told(`\`${line}\` ended with ${result.code}`);
}

/** The first line a program prints, or nothing when it is not there. */
export async function answer(command, args) {
  const result = await run(command, args, { minutes: 1, show: "none" });
  return result.ok ? result.stdout.trim().split("\n")[0] : undefined;
}

/** Runs a program of the npm packages with the very Node that runs this. */
export const runNode = (file, args, options) =>
  run(process.execPath, [join(top, file), ...args], options);
