/** A file on its way to the stage: what it seems to hold, which column is what, what of it could be read. Belongs to a bench. */
import { CoreTrouble, type Script } from "../../core";
import {
  look,
  read,
  stepsOf,
  type FileLook,
  type Layout,
  type Mapping,
  type ReadingStanding,
} from "../../bulk/client";
import type { Bench } from "../bench.svelte";
import { isCluster } from "../bench.svelte";
import { openPicture } from "./pictures";
import { openReport } from "./reports";
import { ofBench } from "../running.svelte";

/** So many events at once are put on the stage; every one of them is drawn, stepped and explained. */
export const mostOnStage = 10_000;

export class Importing {
  file = $state.raw<File>();
  found = $state.raw<FileLook>();
  mapping = $state.raw<Mapping>();
  standing = $state.raw<ReadingStanding>();
  state = $state<"none" | "looked" | "reading" | "read">("none");
  trouble = $state("");
  /** What came of a file of the lab's own. */
  said = $state("");
  /** Whether the bad rows may be left out. */
  agreed = $state(false);
  /** The first event that goes on the stage, from 1, and how many. */
  from = $state(1);
  count = $state(mostOnStage);
  #stop: AbortController | undefined;

  constructor(private readonly bench: Bench) {}

  /** Whether it has to be said first that bad rows may be left out. */
  get blocked(): boolean {
    return (this.standing?.bad ?? 0) > 0 && !this.agreed;
  }

  /** How many events there are to go on with. */
  get ready(): number {
    if (this.state !== "read" || this.blocked) return 0;
    return this.standing?.events ?? 0;
  }

  /** Takes a file: one of the lab's own puts back what it holds, any other is looked at. */
  async take(file: File): Promise<void> {
    this.said = "";
    const { bench } = this;
    const report =
      (await openPicture(bench, file)) ?? (await openReport(bench, file));
    if (report === undefined) return this.open(file);
    // What was said of the file before is not about this one.
    this.cancel();
    this.file = this.found = this.mapping = this.standing = undefined;
    this.state = "none";
    this.trouble = "";
    this.said = report;
  }

  /** Looks at a file. */
  async open(file: File, layout?: Layout): Promise<void> {
    this.cancel();
    this.file = file;
    this.standing = undefined;
    this.trouble = "";
    try {
      const found = await look(file, layout);
      this.found = found;
      this.mapping = found.look.mapping;
      this.state = "looked";
    } catch (error) {
      this.found = undefined;
      this.mapping = undefined;
      this.state = "none";
      this.#tell(error, file.name);
    }
  }

  /** Looks again at the same file, its rows told apart otherwise. */
  async relook(layout: Layout): Promise<void> {
    if (this.file) await this.open(this.file, layout);
  }

  map(change: Partial<Mapping>): void {
    if (!this.mapping) return;
    const mapping: Mapping = { ...this.mapping, ...change };
    // A column that is not mapped is left out.
    for (const [name, value] of Object.entries(mapping))
      if (value === undefined) delete mapping[name as keyof Mapping];
    this.mapping = mapping;
    if (this.state === "read") this.state = "looked";
  }

  async read(): Promise<void> {
    const { file, mapping } = this;
    if (!file || !mapping || this.state === "reading") return;
    this.trouble = "";
    this.agreed = false;
    this.standing = undefined;
    this.state = "reading";
    this.#stop = new AbortController();
    try {
      const { standing, cancelled } = await read(
        file,
        mapping,
        (standing) => (this.standing = standing),
        this.#stop.signal,
      );
      this.standing = standing;
      this.state = cancelled ? "looked" : "read";
      this.from = 1;
      this.count = Math.min(standing.events, mostOnStage);
    } catch (error) {
      this.state = "looked";
      this.#tell(error, file.name);
    }
  }

  cancel(): void {
    this.#stop?.abort();
  }

  /** Puts the chosen events on the bench, in place of its input; the pipeline stays. */
  async put(): Promise<boolean> {
    const { steps, sources } = await stepsOf(this.from - 1, this.count);
    const { scenario } = this.bench;
    if (isCluster(scenario)) return false;
    // Without an end the last windows would stay open for ever.
    const input = { steps: [...steps, { end: true }] };
    const { sources: _, ...rest } = scenario as Exclude<
      Script,
      { cluster: unknown }
    >;
    const named = sources.length > 1 ? { sources } : {};
    const taken = await this.bench.load(
      { ...rest, ...named, input } as Script,
      {
        said: `${steps.length} events of ${this.file?.name ?? "the file"} are on the stage.`,
      },
    );
    if (!taken)
      this.trouble = `The pipeline does not take these events: ${this.bench.problems.map(({ path, message }) => `${path}: ${message}`).join(". ")}`;
    return taken;
  }

  #tell(error: unknown, name: string): void {
    if (!(error instanceof CoreTrouble) || error.broken) throw error;
    this.trouble = `${name}: ${error.message}`;
  }
}

/** A bench's import, kept while another panel is open. */
export const importingOf = ofBench((bench) => new Importing(bench));
