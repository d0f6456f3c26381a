/**
 * A lesson being worked through: which beat, which scenario, where the playhead is, what was answered. The only state that changes; all
 * that is shown follows from it. Frames and runs are raw: nothing inside them is reactive.
 */
import { tick } from "svelte";
import {
  begin,
  change,
  redo,
  settle,
  undo,
  type History,
} from "../app/history";
import { under, type Named } from "../app/progress";
import type { LessonPlace } from "../app/routes";
import {
  beyondOffer,
  changesOf,
  CoreTrouble,
  lostBy,
  putBack,
  Run,
  scenarioAt,
  type Answer,
  type Answers,
  type Beat,
  type Card,
  type Goal,
  type Grade,
  type Lesson,
  type MarkKind,
  type Played,
  type Prediction,
  type Scenario,
  type Script,
  type Setting,
  type SettingValue,
  type Subject,
  type View,
} from "../core";
import { Highlight } from "../stage/highlight.svelte";
import { Stepping } from "../transport/stepping.svelte";
import { whole } from "../whole.svelte";
import { Picking } from "./picking.svelte";
import { allViews, streamLab, viewsOf, type Labs } from "./lab";
import { aged, beyond, opening } from "./opening";

/** What a learner did about a beat; kept while the lesson is open. */
export interface Attempt {
  answer?: Answer;
  grade?: Grade;
  /** Whether a claim was judged to hold. */
  verdict?: boolean;
  /** Whether that was right. */
  judged?: boolean;
  hints: number;
  /** The first answer, which is the one that counts, where it is answered again for practice. */
  first?: Grade;
  /** Whether the solution was filled in. */
  solved?: boolean;
}

const untried: Attempt = { hints: 0 };

export class Session {
  readonly lesson: Lesson;
  readonly highlight: Highlight;
  readonly stepping = new Stepping(this);
  readonly picking = new Picking(this);
  /** Told the first answer to each beat: whether it was right, and what it mixed up. */
  onAnswer: (beat: string, right: boolean, mixedUp: string[]) => void =
    () => {};
  beatNumber = $state(0);
  position = $state(0);
  /** The step that a link leads to, and the beat: whoever made it wants it seen, answered or not. */
  readonly #led: { beat: number; step: number } | undefined;
  /** How often a step was asked for that waits for an answer. */
  heldUp = $state(0);
  view = $state<View>("time-plane");
  played = $state.raw() as Played;
  /** What the learner wants explained. */
  asked = $state.raw<Subject>();
  /** Said once to who listens, and shown until the next act. */
  notice = $state("");
  #history = $state.raw() as History<Script>;
  #attempts = $state.raw<Record<string, Attempt>>({});
  #start = $state.raw() as Script;
  #onBeatDone: (beat: string) => void;
  /** Whether anything may be turned, not only what the lesson offers. */
  #free: boolean;
  #labs: Labs;
  /** After how many steps it was forked, while it is compared with a changed copy. */
  forked = $state<number>();
  /** What a link changes in that copy, until it is there. */
  #toChange: readonly Setting[] = [];
  /** That copy, once it is there; and for the copy, the run that it is compared with. */
  changed = $state.raw<Session>();
  /** What tells a scenario of the lesson from what it was, by its name; see `LessonFiles`. */
  readonly #marks: Named<string>;

  constructor(
    lesson: Lesson,
    place: LessonPlace,
    onBeatDone: (beat: string) => void,
    labs: Labs = () => streamLab,
    free = false,
    marks: Named<string> = {},
  ) {
    this.lesson = lesson;
    this.#marks = marks;
    this.#labs = labs;
    this.#free = free;
    this.#onBeatDone = onBeatDone;
    const { beat, start, script, said } = opening(labs().table, lesson, place);
    this.beatNumber = beat;
    this.#start = start;
    this.#history = begin(start);
    if (script !== start) this.#history = change(this.#history, script);
    this.played = this.lab.play(script);
    if (place.step !== undefined) this.#led = { beat, step: place.step };
    const view = this.views.find((view) => view === place.view);
    this.view = view ?? this.#viewOf(this.beat);
    this.seek(place.step ?? this.beat.position ?? 0);
    if (place.fork !== undefined) {
      this.forked = Math.min(place.fork, this.steps);
      this.#toChange = place.changed ?? [];
    }
    this.notice = [
      ...said,
      ...beyond(place, this.steps, this.views),
      aged(place, this.#mark),
      this.notice,
    ]
      .filter(Boolean)
      .join(" ");
    this.highlight = new Highlight(this);
    if (script !== start) this.wish();
  }

  /** Asks for the whole of the core, for what cannot be said without it; what the beat asks may be done by then. */
  wish(): void {
    if (whole.there) return;
    // What waits for it says so where it failed.
    whole.fetch().then(
      () => this.#watch(),
      () => undefined,
    );
  }

  readonly script = $derived.by(() => this.#history.present);
  /** What simulates and shows what is on the stage now. */
  readonly lab = $derived.by(() => this.#labs(this.script));
  /** What the stage has. A beat without a view of its own shows the first that the lesson lists. */
  readonly views = $derived.by(() =>
    this.#free && this.lesson.views.length === 0
      ? allViews(this.lab, this.played)
      : viewsOf(this.lab, this.lesson.views),
  );

  /** The script, for what is shown of streams only. */
  get scenario(): Scenario {
    if ("cluster" in this.script) throw new Error("this is no stream");
    return this.script;
  }

  /** The run, for what is shown of streams only. */
  get run(): Run {
    if (!(this.played instanceof Run)) throw new Error("this is no stream");
    return this.played;
  }

  readonly beat: Beat = $derived.by(
    () => this.lesson.beats[this.beatNumber] as Beat,
  );
  readonly steps = $derived.by(() => this.played.steps);
  readonly frame = $derived.by(() => this.run.frame(this.position));
  readonly statuses = $derived.by(() => this.run.statuses(this.position));
  readonly canUndo = $derived.by(() => this.#history.past.length > 0);
  readonly canRedo = $derived.by(() => this.#history.future.length > 0);

  /** What the engine that the beat starts with does not have. */
  readonly #missing = $derived.by(
    () =>
      new Set(
        this.lab.table
          .knobsOf(this.#start)
          .filter(({ disabled }) => disabled)
          .map(({ id }) => id),
      ),
  );

  /** All that can be turned, as it stands on the stage. */
  readonly #all = $derived.by(() =>
    this.played instanceof Run
      ? this.played.knobs
      : this.lab.table.knobsOf(this.script),
  );

  /** The engine, the knobs that the lesson offers, and those that came with another engine. */
  readonly knobs = $derived.by(() =>
    this.#all.filter(
      ({ id, disabled }) =>
        id === "engine" ||
        this.lesson.knobs.includes(id) ||
        (!disabled && (this.#free || this.#missing.has(id))),
    ),
  );

  /** What can be asked of the run; nothing before the whole of the core is there. */
  readonly answers: Answers | undefined = $derived.by(
    () => this.played.answers,
  );

  readonly #changes = $derived.by(() => changesOf(this.#start, this.script));

  /** Whether it is known what has been turned: the whole of the core tells. */
  readonly knowsChanges: boolean = $derived.by(
    () => this.#changes !== undefined,
  );

  /** What has been turned since the beat began, as far as it is known. */
  readonly changes: Setting[] = $derived.by(() => this.#changes ?? []);

  /** Those of the changes that the lesson does not offer: what is reached with them does not count. */
  readonly beyond: Setting[] = $derived.by(() =>
    this.#free || this.changes.length === 0
      ? []
      : (beyondOffer(this.lesson.knobs, this.#start, this.script) ?? []),
  );

  readonly attempt: Attempt = $derived.by(() => this.attemptAt(this.beat));

  /** The prediction that waits for its answer, if one does: it is about the lesson's own run, and asked where it can be answered. */
  readonly open: Prediction | undefined = $derived.by(() =>
    this.beat.do.kind === "predict" &&
    !this.attempt.grade &&
    !this.#free &&
    this.forked === undefined &&
    this.beyond.length === 0
      ? this.beat.do
      : undefined,
  );

  /** The last position that the transport goes to now. */
  readonly limit = $derived.by(() => {
    const wait = this.open?.wait_at;
    if (wait === undefined) return this.steps;
    const led = this.#led?.beat === this.beatNumber ? this.#led.step : 0;
    return Math.min(this.steps, Math.max(0, wait - 1, led));
  });

  readonly goalState = $derived.by(() => {
    const task = this.beat.do;
    return task.kind === "goal" ? this.answers?.goal(task) : undefined;
  });

  attemptAt(beat: Beat): Attempt {
    return under(this.#attempts, beat.id) ?? untried;
  }

  get #mark(): string | undefined {
    return under(this.#marks, scenarioAt(this.lesson, this.beatNumber));
  }

  /** Where this is, for a link. */
  readonly place: LessonPlace = $derived.by(() => {
    const { beat, view, changes } = this;
    const mark = this.#mark;
    return {
      ...(mark === undefined ? {} : { mark }),
      ...(this.beatNumber > 0 ? { beat: beat.id } : {}),
      ...(this.position !== (beat.position ?? 0)
        ? { step: this.position }
        : {}),
      ...(view === this.#viewOf(beat) ? {} : { view }),
      settings: changes,
      ...this.compared,
    };
  });

  /** What it is compared with, for a link: nothing where it is not. */
  readonly compared: Pick<LessonPlace, "fork" | "changed"> = $derived.by(() =>
    this.forked === undefined
      ? {}
      : {
          fork: this.forked,
          changed: this.changed?.changes ?? this.#toChange,
        },
  );

  #viewOf(beat: Beat): View {
    const listed = [beat.view, ...this.lesson.views, ...this.views];
    return (
      listed.find((view) => view && this.views.includes(view)) ?? "time-plane"
    );
  }

  seek(position: number): void {
    const wanted = Math.min(Math.max(0, Math.round(position)), this.steps);
    this.position = Math.min(wanted, this.limit);
    this.notice =
      wanted > this.limit ? "The next step waits for your prediction." : "";
    this.#watch();
  }

  /** So many steps on, or back, of the kind that is stepped by. */
  step(by: number): void {
    const before = this.position;
    this.seek(this.stepping.after(by));
    if (by > 0 && this.position === before && this.notice) this.heldUp += 1;
  }

  /** To the next of a kind, or the one before; where there is none, it says so. */
  jump(kind: MarkKind, back: boolean): void {
    const to = back ? this.stepping.previous(kind) : this.stepping.next(kind);
    if (to !== undefined) this.seek(to);
    else
      this.notice = back
        ? `There is no ${kind.name} before this step.`
        : `There is no further ${kind.name}.`;
  }

  /** Opens the explanation of something, or closes it. */
  ask(subject: Subject | undefined): void {
    this.asked = subject;
    if (subject) this.wish();
  }

  /** Turns a knob; turns of one knob with the same gesture are one change to undo. */
  turn(knob: string, value: SettingValue, gesture?: string): void {
    const { table } = this.lab;
    const setting = { knob, value };
    const scenario = table.setKnobs(this.script, [setting]);
    const before = this.script;
    this.#adopt(change(this.#history, scenario, gesture));
    if (gesture !== undefined) return;
    const tell = () => {
      const lost = this.script === scenario ? lostBy(before, setting) : [];
      if (lost.length > 0) this.notice = `Left out here: ${lost.join(". ")}.`;
    };
    if (whole.there) tell();
    // Where it does not come, whatever is asked next says so.
    else whole.fetch().then(tell, () => undefined);
  }

  /** Turns several knobs at once: one change to undo. */
  turnAll(settings: readonly Setting[]): void {
    const script = this.lab.table.setKnobs(this.script, settings);
    this.#adopt(change(this.#history, script));
  }

  /** Ends a gesture. */
  settle(): void {
    this.#history = settle(this.#history);
  }

  undo(): void {
    this.#adopt(undo(this.#history));
  }

  redo(): void {
    this.#adopt(redo(this.#history));
  }

  /** Puts back what the lesson does not offer to change. */
  putBack(): void {
    const script = putBack(this.lesson.knobs, this.#start, this.script);
    if (script) this.#adopt(change(this.#history, script));
  }

  /** The run that a gesture began with, while it lasts. */
  #held: Run | undefined;

  /** What everything is a change of while a gesture lasts. */
  get held(): Run {
    return this.#held ?? this.run;
  }

  /** Shows what a gesture makes of the run that it began with; it is no change yet. What is refused leaves everything as it is. */
  preview(make: (held: Run) => Run): void {
    const held = this.held;
    const next = make(held);
    const before = this.played;
    this.#held = held;
    this.#show(next);
    if (before !== held) void tick().then(() => before.free());
  }

  /** Ends a gesture: what it shows becomes one change; with the one before, if that has the same name. */
  adoptPreview(gesture?: string): void {
    const held = this.#held;
    this.#held = undefined;
    if (!held || held === this.played) return;
    const script = this.run.scenario;
    void tick().then(() => held.free());
    this.#history = change(this.#history, script, gesture);
    this.asked = undefined;
    this.notice = "";
    this.wish();
    this.#watch();
  }

  /** Ends a gesture as if it had not been. */
  dropPreview(): void {
    const [held, before] = [this.#held, this.played];
    this.#held = undefined;
    if (!held || held === before) return;
    this.#show(held);
    void tick().then(() => before.free());
  }

  #show(played: Played): void {
    // Who looks at the whole of it goes on doing so.
    const atEnd = this.position === this.steps;
    this.played = played;
    this.position = Math.min(atEnd ? this.steps : this.position, this.limit);
  }

  /** Fills in a goal's solution. */
  solve(goal: Goal): void {
    const scenario = this.lab.table.setKnobs(this.#start, goal.solution);
    this.#adopt(change(this.#history, scenario));
    this.#try({ solved: true });
    // Filled in, not run: from the end there would be nothing left to run.
    if (this.position >= this.steps) this.seek(0);
  }

  #adopt(history: History<Script>): void {
    // What the learner goes on to change is their own again.
    if (this.attempt.solved) this.#try({ solved: false });
    this.dropPreview();
    const atEnd = this.position === this.steps;
    if (history.present !== this.#history.present) {
      const before = this.played;
      // First the new run: if there is none, everything stays as it was.
      this.played = this.#labs(history.present).play(history.present);
      // What was asked about may not be there any more.
      this.asked = undefined;
      void tick().then(() => before.free());
    }
    this.#history = history;
    // A script of another kind is looked at otherwise, and is its own start.
    if (!this.views.includes(this.view)) this.view = this.#viewOf(this.beat);
    if ("cluster" in this.script !== "cluster" in this.#start)
      this.#start = this.script;
    this.position = Math.min(atEnd ? this.steps : this.position, this.limit);
    this.notice = "";
    if (!this.knowsChanges) this.wish();
    this.#watch();
  }

  /** Goes to a beat, as it begins. */
  goTo(number: number): void {
    const beat = this.lesson.beats[number];
    if (!beat) return;
    const begins = this.lab.table.beatScenario(this.lesson, number);
    const scenario = same(begins, this.script) ? this.script : begins;
    this.beatNumber = number;
    this.#start = scenario;
    this.view = this.#viewOf(beat);
    this.highlight.clear();
    this.picking.clear();
    this.asked = undefined;
    if (scenario !== this.script) this.#adopt(change(this.#history, scenario));
    if (beat.position !== undefined) this.seek(beat.position);
    else this.seek(this.position);
  }

  /**
   * What the run answers, once it can be asked; nothing where the page has gone on meanwhile.
   *
   * Throws where the whole of the core could not be fetched.
   */
  async #asking(): Promise<Answers | undefined> {
    const { beat, script } = this;
    if (!whole.there) await whole.fetch();
    const stays = beat === this.beat && script === this.script;
    return stays && this.beyond.length === 0 ? this.answers : undefined;
  }

  /** Grades an answer; then the transport goes on. Throws where it could not be graded. */
  async answer(prediction: Prediction, answer: Answer): Promise<void> {
    const answers = await this.#asking();
    if (!answers) return;
    const grade = answers.grade(prediction, answer);
    if (!this.attempt.first)
      this.onAnswer(this.beat.id, grade.right, grade.misconceptions);
    this.#try({ answer, grade, first: this.attempt.first ?? grade });
    if (prediction.wait_at !== undefined)
      this.seek(Math.max(this.position, prediction.wait_at));
    this.#onBeatDone(this.beat.id);
  }

  /** Asks once more, for practice: the first answer stays the one that counts. */
  retry(): void {
    const { first, hints } = this.attempt;
    if (!first) return;
    this.picking.clear();
    this.#attempts = { ...this.#attempts, [this.beat.id]: { first, hints } };
    this.seek(this.position);
  }

  /** Judges a claim. Throws where that could not be checked. */
  async judge(verdict: boolean): Promise<void> {
    const answers = await this.#asking();
    const task = this.beat.do;
    if (!answers || task.kind !== "spot") return;
    const right = answers.claim(task).holds === verdict;
    if (this.attempt.verdict === undefined)
      this.onAnswer(this.beat.id, right, []);
    this.#try({ verdict, judged: right });
    this.#onBeatDone(this.beat.id);
  }

  hint(): void {
    this.#try({ hints: this.attempt.hints + 1 });
  }

  /** The cards have been looked through. */
  finishCards(): void {
    this.#onBeatDone(this.beat.id);
  }

  /** Puts on screen what a card is about. */
  show(card: Card): void {
    const scenario = this.lab.table.scenario(
      this.lesson,
      card.scenario ?? "start",
    );
    if (!same(scenario, this.script))
      this.#adopt(change(this.#history, scenario));
    this.seek(card.position ?? this.steps);
  }

  /** The lesson as it starts. What was turned comes back by undo; what was answered does not. */
  reset(): void {
    this.endCompare();
    this.#attempts = {};
    this.goTo(0);
    this.seek(this.beat.position ?? 0);
  }

  #try(act: Partial<Attempt>): void {
    this.#attempts = {
      ...this.#attempts,
      [this.beat.id]: { ...this.attempt, ...act },
    };
  }

  /** Begins to compare the run with a changed copy, from where the playhead is. */
  compare(): void {
    this.asked = undefined;
    this.forked = this.position;
  }

  /** A copy of the session in which anything may be turned; what is done there is not the learner's yet. */
  fork(script: Script): Session {
    const place = { beat: this.beat.id, settings: [] };
    const copy = new Session(this.lesson, place, () => {}, this.#labs, true);
    const before = copy.played;
    copy.played = this.lab.play(script);
    before.free();
    copy.#start = script;
    copy.#history = begin<Script>(script);
    copy.#attempts = this.#attempts;
    copy.seek(this.position);
    const settings = this.#toChange;
    this.#toChange = [];
    try {
      if (settings.length > 0) copy.turnAll(settings);
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      this.notice = `The link changes something that cannot be (${error.message}), so both sides are the same.`;
    }
    return copy;
  }

  /** Makes a script the learner's, as one change; several with the same gesture are one. */
  keep(script: Script, gesture?: string): void {
    if (!same(script, this.script))
      this.#adopt(change(this.#history, script, gesture));
  }

  endCompare(): void {
    const { changed } = this;
    this.forked = undefined;
    this.changed = undefined;
    // What waits for an answer waits again.
    this.seek(this.position);
    // Not before the page has stopped drawing it.
    void tick().then(() => changed?.played.free());
  }

  /** Notices when looking on or turning knobs has done what the beat asks. */
  #watch(): void {
    const task = this.beat.do;
    if (task.kind === "observe" && this.position >= (task.until ?? this.steps))
      this.#onBeatDone(this.beat.id);
    if (
      task.kind === "goal" &&
      this.goalState?.reached &&
      this.beyond.length === 0
    )
      this.#onBeatDone(this.beat.id);
  }
}

/** Whether two scenarios are the same, as data. */
const same = (a: Script, b: Script): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
