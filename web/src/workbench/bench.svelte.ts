/**
 * What is being worked on at the workbench: a session like a lesson's, of one beat in which everything may be changed. Panels talk to
 * this and not to each other.
 */
import {
  calling,
  CoreTrouble,
  type Lesson,
  type Problem,
  type Script,
} from "../core";
import type { BenchPlace } from "../app/routes";
import { shell } from "../app/shell.svelte";
import { streamLab, type Lab } from "../lesson/lab";
import { Session } from "../lesson/session.svelte";
import type { LessonFile } from "../own/file";
import type { Origin } from "./handover";
import { Build } from "./lesson/build.svelte";

/** What the workbench opens with, and where. */
export interface Opening extends Omit<BenchPlace, "packed"> {
  script: Script;
  from?: Origin | undefined;
  /** The name of its draft. */
  id?: string;
  /** What was written and made no sense yet. */
  text?: string | undefined;
  /** Kept on the device even if nothing is changed. */
  kept?: boolean;
  /** A lesson that is being built. */
  lesson?: LessonFile | undefined;
  /** The panel that is open. */
  panel?: string;
}

/** A lesson that asks nothing. */
const free = (script: Script): Lesson => ({
  slug: "workbench",
  title: "Workbench",
  question: "",
  minutes: 0,
  covers: [],
  views: [],
  knobs: [],
  scenarios: { start: script as Lesson["scenarios"][string] },
  beats: [{ id: "bench", title: "", do: { kind: "observe" } }],
  cards: [],
  say: "",
});

/** A scenario as the person wrote it. */
export interface Written {
  text: string;
  /** The script on the stage that it means; none while it makes no sense. */
  means: Script | undefined;
}

export const isCluster = (script: Script): boolean => "cluster" in script;

/** What models of a cluster need; fetched when the first one is opened. */
let clusterLab: Lab | undefined;

export async function fetchLabOf(script: Script): Promise<void> {
  if (isCluster(script))
    clusterLab ??= (await import("../cluster/lab")).clusterLab;
}

const labOf = (script: Script): Lab => {
  if (!isCluster(script)) return streamLab;
  if (!clusterLab) throw new Error("models of a cluster are not there yet");
  return clusterLab;
};

/** More events than this are not stepped through one by one. */
const mostEvents = 50_000;

function tooMuchFor(script: Script): Problem[] {
  if ("cluster" in script) return [];
  const { input } = script;
  const [count, path] =
    "steps" in input
      ? [input.steps.length, "input.steps"]
      : [input.generator.events, "input.generator.events"];
  if (count <= mostEvents) return [];
  const message = `the stage holds up to ${mostEvents} events, got ${count}`;
  return [{ path, message }];
}

/**
 * A scenario as the core writes it: instants and spans are numbers, whatever they were written as. What is wrong with it is thrown.
 */
async function plain(script: Script): Promise<Script> {
  const { studio } = await import("../studio");
  return calling(() => studio.parseScenario(JSON.stringify(script))) as Script;
}

export class Bench {
  readonly session: Session;
  readonly from: Origin | undefined;
  /** The name of its draft. */
  readonly id: string;
  #kept: boolean;
  /** Why what was put on the bench last was not taken. */
  problems = $state.raw<readonly Problem[]>([]);
  /** The panel that is open. */
  panel = $state("start");

  /** The lesson that is being built, if one is. */
  lesson = $state.raw<Build>();

  /** The text, once there is one that is not just what the core would write. */
  written = $state.raw<Written>();

  private constructor(opening: Opening) {
    const {
      script,
      from,
      id = "",
      text,
      kept = false,
      lesson,
      panel = lesson ? "lesson" : "start",
      ...at
    } = opening;
    if (lesson) this.lesson = new Build(lesson);
    this.panel = panel;
    this.from = from;
    this.id = id;
    this.#kept = kept;
    if (text !== undefined) this.written = { text, means: undefined };
    this.session = new Session(
      free(script),
      { ...at, settings: [] },
      () => undefined,
      (now = script) => labOf(now),
      true,
    );
  }

  /** A bench with something on it. What is wrong with it is thrown. */
  static async open(opening: Opening): Promise<Bench> {
    const tooMuch = tooMuchFor(opening.script);
    if (tooMuch[0]) throw new CoreTrouble(tooMuch[0].message, tooMuch, false);
    await fetchLabOf(opening.script);
    return new Bench({ ...opening, script: await plain(opening.script) });
  }

  /** Whether there is text that is not on the stage, because it makes no sense yet. */
  get unsound(): boolean {
    return this.written !== undefined && this.written.means === undefined;
  }

  /** Whether there is anything here that would be a loss. */
  get worthKeeping(): boolean {
    return (
      this.#kept ||
      this.session.canUndo ||
      this.unsound ||
      this.lesson !== undefined ||
      (this.session.compared.changed ?? []).length > 0
    );
  }

  /** What it is about, in a few words. */
  get title(): string {
    const { script } = this.session;
    if ("cluster" in script) return Object.keys(script.cluster)[0] ?? "cluster";
    const { engine, pipeline, input } = script;
    const events =
      "generator" in input
        ? `${input.generator.events} made-up events`
        : `${input.steps.filter(({ event }) => event).length} events`;
    return [engine, pipeline.window?.kind, events].filter(Boolean).join(", ");
  }

  /** What is on the stage: always sound. */
  get scenario(): Script {
    return this.session.script;
  }

  /**
   * Puts another scenario on the bench, as one change that can be undone; changes with the same gesture in a row are one. Where it is
   * not sound everything stays as it is, and `problems` says why; resolves to whether it was taken.
   */
  async load(
    scenario: Script,
    { said, gesture }: { said?: string; gesture?: string } = {},
  ): Promise<boolean> {
    await fetchLabOf(scenario);
    try {
      this.problems = this.keep(await plain(scenario), gesture);
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      this.problems = error.problems;
    }
    if (this.problems.length > 0) return false;
    if (said !== undefined) shell.say(said);
    return true;
  }

  /** As `load`, for one whose lab is there; says what is wrong instead of showing it. */
  keep(scenario: Script, gesture?: string): readonly Problem[] {
    const tooMuch = tooMuchFor(scenario);
    if (tooMuch.length > 0) return tooMuch;
    try {
      this.session.keep(scenario, gesture);
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      return error.problems;
    }
    return [];
  }
}
