/** What each form of answer begins with. */
import type { AnswerForm, EventSet, WindowSet } from "../../core";
import type { Offers } from "../../studio";
import { first, firstMeasure } from "./conditions";
import { made } from "./choosing";

export type Kind = AnswerForm["kind"];

export const kinds: readonly { kind: Kind; name: string }[] = [
  { kind: "numbers", name: "Numbers" },
  { kind: "choice", name: "One of several answers" },
  { kind: "events", name: "Pick the events" },
  { kind: "windows", name: "Pick the windows" },
  { kind: "order", name: "Put in order" },
  { kind: "sort", name: "Sort into classes" },
];

/** The forms in which a prediction about a scenario can be answered. */
export const kindsOf = (offers: Offers): typeof kinds =>
  kinds.filter(
    ({ kind }) =>
      (kind !== "events" || offers.events.length > 0) &&
      (kind !== "windows" || offers.windows.length > 0) &&
      (kind !== "sort" ||
        offers.measures.some(({ answers }) => answers.length > 0)),
  );

/** An answer to begin with. */
export function begun(kind: Kind, offers: Offers): AnswerForm {
  const measure = firstMeasure(offers);
  const item = { label: "", measure };
  switch (kind) {
    case "numbers":
      return { kind, blanks: [item] };
    case "choice": {
      const holds = first(offers);
      return {
        kind,
        options: [
          { text: "", holds },
          { text: "", holds: { not: holds } },
        ],
      };
    }
    case "events": {
      const offer = offers.events[0];
      const set = offer ? made("events", offer) : { events: "late" };
      return { kind, set: set as unknown as EventSet };
    }
    case "windows": {
      const offer = offers.windows[0];
      const windows = offer
        ? made("windows", offer)
        : { windows: "with_result" };
      return { kind, windows: windows as unknown as WindowSet };
    }
    case "order":
      return { kind, items: [item, item, item] };
    case "sort": {
      const offer = offers.measures.find(({ answers }) => answers.length > 0);
      const into = (offer?.answers ?? []).map(({ value, label }) => ({
        name: value,
        label,
      }));
      const named = (offer ? made("of", offer) : measure) as typeof measure;
      return { kind, into, items: [{ label: "", measure: named }] };
    }
  }
}
