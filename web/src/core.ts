/**
 * The only way to the core: starts it, and turns what goes wrong inside into errors a page can show.
 *
 * A problem with an input is a `CoreTrouble` that lists its problems; a panic is one that is `broken`, after which only a reload helps.
 */
import init, * as core from "../pkg/headwater.js";
import wasmUrl from "../pkg/headwater_bg.wasm?url";
import type {
  Answer,
  Bounds,
  Claim,
  ClaimState,
  Condition,
  Draft,
  EmissionView,
  EventRow,
  Explanation,
  Frame,
  Goal,
  GoalState,
  Grade,
  Knob,
  LateView,
  Lesson,
  Lineage,
  MarkKind,
  Narration,
  Overview,
  Prediction,
  Problem,
  Scenario,
  Setting,
  Simulation,
  Standing,
  StateRow,
  Subject,
  WindowRow,
} from "../pkg/headwater.js";
import { whole } from "./whole.svelte";

export type * from "../pkg/headwater.js";

/** A simulation that can be asked everything. */
type WholeSimulation = import("../pkg/studio/studio.js").Simulation;

/** What a lesson is about: a stream through one engine, or a model of a cluster. */
export type Script = import("../pkg/studio/studio.js").Script;

/** Fetches and starts the core. */
export async function startCore(): Promise<void> {
  await init({ module_or_path: wasmUrl });
}

/** Something the core would not do, or could not. */
export class CoreTrouble extends Error {
  constructor(
    message: string,
    readonly problems: readonly Problem[],
    /** Whether the core itself failed. */
    readonly broken: boolean,
  ) {
    super(message);
    this.name = "CoreTrouble";
  }
}

/** What each module said when it last panicked. */
export const panics: (() => string | undefined)[] = [() => core.lastPanic()];

/** The message of a panic; none where the module cannot even say that. */
function lastPanic(): string | undefined {
  try {
    return panics.map((last) => last()).find((said) => said !== undefined);
  } catch {
    return undefined;
  }
}

/** Runs a call into the core. */
export function calling<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CoreTrouble) throw error;
    // A trap; and a stack that overflows inside the module, which leaves it as broken.
    if (
      error instanceof WebAssembly.RuntimeError ||
      error instanceof RangeError
    )
      throw new CoreTrouble(lastPanic() ?? error.message, [], true);
    const problems =
      error instanceof Error && "problems" in error
        ? error.problems
        : undefined;
    if (Array.isArray(problems))
      throw new CoreTrouble(
        (error as Error).message,
        problems as Problem[],
        false,
      );
    throw error;
  }
}

/** What of the core deals with scripts: one for each module, because each knows its own kinds. */
export interface Scripts {
  knobs(script: Script): Knob[];
  setKnobs(script: Script, settings: Setting[]): Script;
  namedScenario(scenarios: Lesson["scenarios"], name: string): Script;
}

/** A script simulated from end to end: what the transport and the narration need of it. */
export interface Played {
  readonly steps: number;
  /** What each step did: bits of the kinds. */
  readonly timeline: Uint8Array;
  /** What there may be, as kinds. */
  readonly kinds: readonly MarkKind[];
  narration(position: number): Narration;
  /** What can be asked of it; nothing before the whole of the core is there. */
  readonly answers: Answers | undefined;
  /** Gives the memory back; nothing may be asked afterwards that was not asked before. */
  free(): void;
}

/** What a module of the core simulated, as far as questions go: of a stream or of a cluster. */
interface Asked {
  why(subject: Subject, position: number): Explanation;
  grade(prediction: Prediction, answer: Answer): Grade;
  standing(condition: Condition): Standing;
}

/** What can be asked of a script that is simulated. */
export class Answers {
  constructor(private readonly asked: () => Asked) {}

  why(subject: Subject, position: number): Explanation {
    return calling(() => this.asked().why(subject, position));
  }

  grade(prediction: Prediction, answer: Answer): Grade {
    return calling(() => this.asked().grade(plain(prediction), answer));
  }

  goal(goal: Goal): GoalState {
    const standing = calling(() => this.asked().standing(goal.when));
    return { reached: standing.holds, standing };
  }

  claim(claim: Claim): ClaimState {
    const standing = calling(() => this.asked().standing(claim.holds));
    return { holds: standing.holds, standing };
  }
}

/** What this module knows of scripts: streams. */
export const streams = core as unknown as Scripts;

/** Turning and naming what one module of the core knows. */
export class Table {
  constructor(private readonly scripts: Scripts) {}

  knobsOf = (script: Script): Knob[] =>
    calling(() => this.scripts.knobs(script));

  setKnobs = (script: Script, settings: readonly Setting[]): Script =>
    calling(() => this.scripts.setKnobs(script, [...settings]));

  scenario = (lesson: Lesson, name: string): Script =>
    calling(() => this.scripts.namedScenario(lesson.scenarios, name));

  /** The scenario on screen when a lesson's beat begins. */
  beatScenario = (lesson: Lesson, beat: number): Script =>
    this.scenario(lesson, scenarioAt(lesson, beat));
}

/**
 * The settings that make one script into another, in an order in which each can be set; nothing before the whole of the core is there. So it is
 * with what follows, too.
 */
export const changesOf = (start: Script, now: Script): Setting[] | undefined =>
  start === now ? [] : calling(() => whole.there?.studio.changes(start, now));

/** What setting a knob leaves out, a sentence each. */
export const lostBy = (script: Script, setting: Setting): string[] =>
  calling(() => whole.there?.studio.lostBy(script, setting) ?? []);

/** Those of the changes that a lesson with these knobs does not offer. */
export const beyondOffer = (
  offered: readonly string[],
  start: Script,
  now: Script,
): Setting[] | undefined =>
  start === now
    ? []
    : calling(() => whole.there?.studio.beyondOffer([...offered], start, now));

/** A script with those put back. */
export const putBack = (
  offered: readonly string[],
  start: Script,
  now: Script,
): Script | undefined =>
  calling(() => whole.there?.studio.putBack([...offered], start, now));

/** The name of the scenario that a beat begins with: the last one that a beat up to it names. */
export const scenarioAt = ({ beats }: Lesson, beat: number): string =>
  beats.slice(0, beat + 1).findLast(({ scenario }) => scenario)?.scenario ??
  "start";

/** A prediction without what makes it a beat's task: its kind. */
export function plain(prediction: Prediction & { kind?: string }): Prediction {
  const { kind, ...rest } = prediction;
  return rest;
}

/** Coordinates of all events as columns, for drawing. */
export interface Columns {
  readonly eventTime: Float64Array;
  readonly arrival: Float64Array;
  readonly key: Uint32Array;
  readonly position: Uint32Array;
}

/** Where a watermark moved: three numbers a move. */
export interface WatermarkLine {
  readonly source: string | undefined;
  /** Whether windows are judged by it. */
  readonly judges: boolean;
  readonly moves: Float64Array;
}

/**
 * Rows that the core writes out one stretch at a time, when they are looked at. Short ones: labels on the plane are of rows far apart, and are
 * looked up anew for every frame of a drag.
 */
class Rows<Row> {
  #stretches: (readonly Row[] | undefined)[] = [];

  constructor(
    private readonly fetch: (from: number, to: number) => Row[],
    private readonly stretch = 4,
  ) {}

  at(index: number): Row | undefined {
    const number = Math.floor(index / this.stretch);
    const from = number * this.stretch;
    return (this.#stretches[number] ??= calling(() =>
      this.fetch(from, from + this.stretch),
    ))[index - from];
  }

  /** So many rows from the first on; where they are many, it takes its time. */
  upTo(count: number): Row[] {
    const rows: Row[] = [];
    for (let i = 0; i < count; i++) {
      const row = this.at(i);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }
}

/** A scenario simulated from end to end. What does not depend on the position is asked for once. */
export class Run implements Played {
  readonly steps: number;
  readonly overview: Overview;
  readonly columns: Columns;
  readonly timeline: Uint8Array;
  readonly kinds: readonly MarkKind[];
  /** Where results stand: position, processing time, window's start and end, four numbers for each. */
  readonly firings: Float64Array;
  readonly events: Rows<EventRow>;
  readonly emissions: Rows<EmissionView>;
  readonly late: Rows<LateView>;
  #simulation: Simulation;
  #scenario: Scenario | undefined;
  #knobs: readonly Knob[] | undefined;
  #times: Float64Array | undefined;
  #lines: WatermarkLine[] | undefined;
  #askable: Bounds[] | undefined;
  readonly #answers = new Answers(() => this.#whole());

  /** Simulates a scenario, or takes one that is simulated already. */
  constructor(from: Scenario | Simulation) {
    const simulated = "overview" in from;
    const module = whole.there?.studio ?? core;
    const simulation = simulated
      ? from
      : calling(() => new module.Simulation(from));
    this.#simulation = simulation;
    this.#scenario = simulated ? undefined : from;
    this.overview = calling(() => simulation.overview());
    this.steps = this.overview.steps;
    this.kinds = this.overview.kinds;
    this.timeline = calling(() => simulation.timeline());
    this.firings = calling(() => simulation.firingMarks());
    this.events = new Rows((from, to) => simulation.events(from, to));
    this.emissions = new Rows((from, to) => simulation.emissions(from, to));
    this.late = new Rows((from, to) => simulation.late(from, to));
    const marks = calling(() => simulation.marks());
    this.columns = {
      eventTime: marks.eventTime,
      arrival: marks.arrival,
      key: marks.key,
      position: marks.position,
    };
    marks.free();
  }

  frame(position: number): Frame {
    return calling(() => this.#simulation.frame(position));
  }

  /** The windows opened by a position, in the order of tables. */
  windowRows(position: number): Rows<WindowRow> {
    return new Rows(
      (from, to) => this.#simulation.windowRows(position, from, to),
      64,
    );
  }

  /** The windows of a position that overlap a stretch of event time, and not more than so many. */
  windowsBetween(
    position: number,
    [from, to]: readonly [number, number],
    most: number,
  ): WindowRow[] {
    return calling(() =>
      this.#simulation.windowsBetween(position, from, to, most),
    );
  }

  /** The entries of the engine's state at a position. */
  stateRows(position: number): Rows<StateRow> {
    return new Rows(
      (from, to) => this.#simulation.stateRows(position, from, to),
      64,
    );
  }

  /** What a reader of the results sees: the newest result's number and how many came before it, two numbers a row. */
  sink(position: number): Uint32Array {
    return calling(() => this.#simulation.sink(position));
  }

  /** What became of each event by a position; see `status` in the core's `frame`. */
  statuses(position: number): Uint8Array {
    return calling(() => this.#simulation.statuses(position));
  }

  /** The windows that a missing result can be asked about, also those that never existed. */
  get askable(): readonly Bounds[] {
    return (this.#askable ??= calling(() => this.#whole().askable()));
  }

  get answers(): Answers | undefined {
    return whole.there && this.#answers;
  }

  /** The same run in the module that has everything. */
  #whole(): WholeSimulation {
    const { there } = whole;
    if (!there) throw new Error("the whole of the core is not there yet");
    return this.#simulation instanceof there.studio.Simulation
      ? this.#simulation
      : there.simulate(this.scenario);
  }

  /** What is simulated; where it came of a gesture, it is written out when it is first asked for. */
  get scenario(): Scenario {
    return (this.#scenario ??= calling(() => this.#simulation.scenario()));
  }

  /** When each step is processed, in ms. */
  get times(): Float64Array {
    return (this.#times ??= calling(() => this.#simulation.times()));
  }

  /** What can be turned. */
  get knobs(): readonly Knob[] {
    return (this.#knobs ??= calling(() => this.#simulation.knobs()));
  }

  /** The same with something set, simulated. */
  turned(settings: readonly Setting[]): Run {
    const simulation = whole.there ? this.#whole() : this.#simulation;
    return new Run(calling(() => simulation.turned([...settings])));
  }

  /** The same with an event put in, moved or filled in; takes the whole of the core. */
  drafted(draft: Draft): Run {
    return new Run(calling(() => this.#whole().drafted(draft)));
  }

  /** The event of this id, or of this name in settings. */
  eventCalled(name: string): EventRow | undefined {
    const index = calling(() => this.#simulation.eventCalled(name));
    return index === undefined ? undefined : this.events.at(index);
  }

  /** What settings call an event; nothing where it is made up. */
  eventName(index: number): string | undefined {
    return calling(() => this.#simulation.eventName(index));
  }

  /** What a new event would be called. */
  freshName(): string {
    return calling(() => this.#whole().freshName());
  }

  /** Each source's line, where there are several, and the combined one last, where there is one. */
  get watermarkLines(): readonly WatermarkLine[] {
    return (this.#lines ??= calling(() => {
      const { sources, ownTimes } = this.overview;
      const line = (number: number, judges: boolean): WatermarkLine => ({
        source: sources[number],
        judges,
        moves: this.#simulation.watermarkLine(number),
      });
      const each = sources.length > 1 ? sources : [];
      const lines = each.map((_, number) => line(number, ownTimes));
      return ownTimes ? lines : [...lines, line(-1, true)];
    }));
  }

  /** What the last step did. */
  narration(position: number): Narration {
    return calling(() => this.#simulation.narration(position));
  }

  /** What belongs to an event, a window or a result; nothing before the whole of the core is there. */
  lineage(subject: Subject, position: number): Lineage | undefined {
    return (
      whole.there && calling(() => this.#whole().lineage(subject, position))
    );
  }

  free(): void {
    this.#simulation.free();
  }
}
