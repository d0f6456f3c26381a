/** Scenarios as files. */
import { calling, CoreTrouble, type Problem, type Script } from "../core";
import type { Bench } from "./bench.svelte";
import { isLesson, playable, readLesson } from "../own/file";
import { take } from "../own/opened";
import { readScript } from "./opening";

/** Larger files are no scenario that a stage could show. */
const largest = 20_000_000;

export async function downloadScenario(script: Script): Promise<void> {
  const { textOf } = await import("./text/write");
  const link = document.createElement("a");
  const blob = new Blob([textOf(script)], { type: "application/json" });
  link.href = URL.createObjectURL(blob);
  link.download = "scenario.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

/** Whether a text is meant to be something to go on with: a scenario or a lesson, sound or not. */
export async function isWork(text: string): Promise<boolean> {
  const { studio } = await import("../studio");
  return calling(() => studio.isLessonFile(text) || studio.isScenario(text));
}

/** The file that was chosen last, by bench: what comes of an earlier one says nothing any more. */
const latest = new WeakMap<Bench, File>();

/** Puts a file's scenario on the bench, or opens its lesson where it is one; what is wrong with it is shown there, and nothing else changes. */
export async function openFile(bench: Bench, file: File): Promise<void> {
  latest.set(bench, file);
  const refuse = (problems: readonly Problem[]) => {
    if (latest.get(bench) === file) bench.problems = problems;
  };
  const because = (message: string) => refuse([{ path: file.name, message }]);
  if (file.size > largest)
    return because(
      `is ${Math.round(file.size / 1_000_000)} MB large; a scenario has at most ${largest / 1_000_000} MB`,
    );
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(
      await file.arrayBuffer(),
    );
    if (await isLesson(text)) {
      const lesson = await readLesson(text);
      await playable(lesson);
      if (latest.get(bench) === file)
        location.hash = (await take(lesson)).address;
      return;
    }
    const script = await readScript(text);
    if (latest.get(bench) !== file) return;
    await bench.load(script, {
      said: `${file.name} is on the bench; Undo brings back what was there.`,
    });
  } catch (error) {
    if (error instanceof CoreTrouble && !error.broken) refuse(error.problems);
    else if (error instanceof TypeError)
      because("is not text in UTF-8, so it is no scenario");
    else throw error;
  }
}
