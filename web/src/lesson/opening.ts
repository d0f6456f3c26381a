/**
 * Opens a lesson where a link says. A link may be older than the lesson, or written by hand: what it says that is not there is told by its name, and
 * the rest of it opens.
 */
import type { LessonPlace } from "../app/routes";
import {
  CoreTrouble,
  type Lesson,
  type Script,
  type Setting,
  type Table,
} from "../core";

export interface Opening {
  beat: number;
  /** The scenario that the beat begins with, and that with the link's changes. */
  start: Script;
  script: Script;
  /** What the link says that is not there, a sentence each. */
  said: readonly string[];
}

export function opening(
  table: Table,
  lesson: Lesson,
  place: LessonPlace,
): Opening {
  const said: string[] = [];
  const number = lesson.beats.findIndex(({ id }) => id === place.beat);
  if (number < 0 && place.beat !== undefined)
    said.push(
      `The link leads to a part “${place.beat}” that this lesson does not have, so it opens at its first.`,
    );
  const beat = Math.max(0, number);
  const start = table.beatScenario(lesson, beat);
  const { script, refused } = turned(table, start, place.settings);
  if (refused.length > 0)
    said.push(
      `The link sets something this lesson does not take: ${refused.join("; ")}. That stands as it starts.`,
    );
  const unread = place.unread ?? [];
  if (unread.length > 0)
    said.push(
      `The link says something that no link means: ${unread.join(", ")}.`,
    );
  return { beat, start, script, said };
}

/** Turns the knobs one by one, leaving out those that cannot be. */
function turned(table: Table, start: Script, settings: readonly Setting[]) {
  let script = start;
  const refused: string[] = [];
  for (const setting of settings) {
    try {
      script = table.setKnobs(script, [setting]);
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      const why = error.message.startsWith(setting.knob)
        ? error.message
        : `${setting.knob}: ${error.message}`;
      refused.push(why);
    }
  }
  return { script, refused };
}

/** What a link says of a run that the run does not have. */
export function beyond(
  { step, view }: LessonPlace,
  steps: number,
  views: readonly string[],
): string[] {
  const said = [];
  if (step !== undefined && step > steps)
    said.push(
      `The link leads to step ${step}; this run ends with step ${steps}.`,
    );
  if (view !== undefined && !views.includes(view))
    said.push(
      `The link asks for a view “${view}” that this lesson does not have.`,
    );
  return said;
}

/** What to say of a place whose scenario is not the one that the link was made in. */
export function aged(
  place: LessonPlace,
  now: string | undefined,
): string | undefined {
  if (place.mark === undefined || now === undefined || place.mark === now)
    return undefined;
  const what =
    place.step === undefined ? "what it shows" : `its step ${place.step}`;
  return `This lesson’s scenario has changed since the link was made: ${what} may be different now.`;
}
