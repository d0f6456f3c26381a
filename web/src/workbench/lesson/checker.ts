/** The worker that looks lessons through: the core's second module once more, away from the page, which large scenarios would hold up. */
import * as Comlink from "comlink";
import init, * as studio from "../../../pkg/studio/studio.js";
import wasmUrl from "../../../pkg/studio/studio_bg.wasm?url";
import { tellingOf, type Refused } from "../../bulk/telling";
import type { LessonFile } from "../../../pkg/studio/studio.js";

/** Started at once, awaited by every call: what is said to a worker before it listens is lost. */
const ready = init({ module_or_path: wasmUrl });

const telling = tellingOf(() => studio.lastPanic());

const api = {
  /** Whether a lesson holds together, and what its answers are. */
  async insight(file: LessonFile): Promise<studio.Insight | Refused> {
    await ready;
    return telling(() => studio.lessonInsight(file));
  },

  /** What there is to choose from in one of a lesson's scenarios. */
  async offers(
    scenarios: LessonFile["lesson"]["scenarios"],
    name: string,
  ): Promise<studio.Offers | Refused> {
    await ready;
    return telling(() =>
      studio.lessonOffers(studio.namedScenario(scenarios, name)),
    );
  },
};

export type Checker = typeof api;

Comlink.expose(api);
