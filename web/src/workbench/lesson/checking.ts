/**
 * The page's side of the worker that looks lessons through. What was changed meanwhile is looked through next; what nobody waits for any more is
 * let go of, with the worker where that takes long.
 */
import * as Comlink from "comlink";
import { taken } from "../../bulk/client";
import type { Refused } from "../../bulk/telling";
import { calling, CoreTrouble } from "../../core";
import { whole, type LessonFile } from "../../own/file";
import type { Insight, Offers } from "../../studio";
import type { Checker } from "./checker";

/** A worker as it is used here. */
export interface Thread {
  readonly api: Pick<Checker, "insight" | "offers">;
  /** Rejects where it could not be started. */
  readonly failed: Promise<never>;
  end(): void;
}

/** A check that nobody waits for any more may go on for so many ms; then its worker is ended. */
export const patience = 1_000;

export function startThread(): Thread {
  const worker = new Worker(new URL("./checker.ts", import.meta.url), {
    type: "module",
    name: "checker",
  });
  const failed = new Promise<never>((_, fail) => {
    worker.onerror = () => fail(new Error("the worker did not start"));
  });
  // Whoever waits for it is told.
  failed.catch(() => undefined);
  const api = Comlink.wrap<Checker>(worker) as unknown as Checker;
  return { api, failed, end: () => worker.terminate() };
}

const later = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));

/** What was asked has been let go of. */
const gone = Symbol("gone");

export class Checking {
  #thread:
    | { thread: Thread; ended: Promise<typeof gone>; end: () => void }
    | undefined;
  /** The check under way, and when it began. */
  #under: { since: number; done: Promise<unknown> } | undefined;
  #last = 0;

  constructor(
    private readonly start: () => Thread,
    private readonly patience: number,
  ) {}

  /** Looks a lesson through; nothing where another was to be looked through meanwhile. What the core refuses is thrown. */
  async insight(file: LessonFile): Promise<Insight | undefined> {
    const mine = ++this.#last;
    const before = this.#under;
    if (before) {
      const rest = before.since + this.patience - performance.now();
      await Promise.race([before.done, later(rest)]);
      if (mine !== this.#last) return undefined;
      if (this.#under === before) this.#end();
    }
    const asked = this.#ask((api) => api.insight(whole(file)));
    const under = {
      since: performance.now(),
      done: asked.catch(() => undefined),
    };
    this.#under = under;
    try {
      const answer = await asked;
      if (answer === gone || mine !== this.#last) return undefined;
      return taken(answer as Insight | Refused);
    } finally {
      if (this.#under === under) this.#under = undefined;
    }
  }

  /** What there is to choose from in one of a lesson's scenarios. What the core refuses is thrown. */
  async offers(...of: Parameters<Checker["offers"]>): Promise<Offers> {
    for (;;) {
      const answer = await this.#ask((api) => api.offers(...of));
      // It went with a check that was let go of: once more.
      if (answer !== gone) return taken(answer as Offers | Refused);
    }
  }

  #ask<T>(ask: (api: Thread["api"]) => Promise<T>): Promise<T | typeof gone> {
    this.#thread ??= this.#begin();
    const { thread, ended } = this.#thread;
    return Promise.race([ask(thread.api), thread.failed, ended]);
  }

  #begin() {
    const thread = this.start();
    let end = () => {};
    const ended = new Promise<typeof gone>((over) => {
      end = () => over(gone);
    });
    return { thread, ended, end };
  }

  #end(): void {
    this.#thread?.thread.end();
    this.#thread?.end();
    this.#thread = undefined;
    this.#under = undefined;
  }
}

const checking = new Checking(startThread, patience);

/** Asks the worker; where none can be started, the page itself. */
async function asking<T>(
  worker: () => Promise<T>,
  page: (module: Studio) => T,
): Promise<T> {
  try {
    return await worker();
  } catch (error) {
    if (error instanceof CoreTrouble) throw error;
    const { studio } = await import("../../studio");
    return calling(() => page(studio));
  }
}

type Studio = (typeof import("../../studio"))["studio"];

/** Looks a lesson through; nothing where another was to be looked through meanwhile. */
export const insightOf = (file: LessonFile): Promise<Insight | undefined> =>
  asking(
    () => checking.insight(file),
    (studio) => studio.lessonInsight(whole(file)),
  );

/** What there is to choose from in one of a lesson's scenarios. */
export const offersOf = (file: LessonFile, name: string): Promise<Offers> => {
  const { scenarios } = whole(file).lesson;
  return asking(
    () => checking.offers(scenarios, name),
    (studio) => studio.lessonOffers(studio.namedScenario(scenarios, name)),
  );
};
