/** What a beat may ask, and what each begins with. */
import type { Task } from "../../core";
import type { Offers } from "../../studio";
import { begun } from "./answers";
import { first } from "./conditions";

export type TaskKind = Task["kind"];

export const taskNames: Readonly<Record<TaskKind, string>> = {
  observe: "Observe",
  predict: "Predict",
  goal: "Goal",
  spot: "Spot the mistake",
  cards: "Interview questions",
};

const none: Offers = {
  measures: [],
  events: [],
  windows: [],
  sessions: false,
  comparators: [],
};

export function newTask(kind: TaskKind, offers: Offers = none): Task {
  switch (kind) {
    case "observe":
    case "cards":
      return { kind };
    case "predict":
      return { kind, ask: "", answer: begun("numbers", offers) };
    case "goal":
      return {
        kind,
        say: "",
        when: first(offers),
        par: 0,
        hints: [""],
        solution: [],
      };
    case "spot":
      return { kind, claim: "", holds: first(offers), instead: "" };
  }
}
