/** What belongs to what is pointed at, in a sentence. */
import { whole } from "../whole.svelte";
import type { Session } from "../lesson/session.svelte";

const counted = (n: number, noun: string): string =>
  `${n} ${noun}${n === 1 ? "" : "s"}`;

/** More events than this are counted, not named. */
const mostNamed = 6;

export function lineageSaid({ run, highlight }: Session): string {
  const { thing, lit } = highlight;
  if (!thing) return "";
  // What belongs to it is not known yet.
  if (!whole.there && thing.kind !== "flow") return "Looking into it …";
  const events = [...lit.events];
  const named =
    events.length > mostNamed
      ? counted(events.length, "event")
      : events.map((index) => run.events.at(index)?.id ?? index).join(", ") ||
        "no events";
  const results = lit.emissions.size;
  switch (thing.kind) {
    case "event": {
      if (events.length === 0)
        return `${run.events.at(thing.index)?.id ?? "The event"} has not arrived yet.`;
      const windows = [...lit.windows];
      const where =
        windows.length === 0
          ? "in no window"
          : windows.length > 2
            ? `in ${counted(windows.length, "window")}`
            : `in ${windows.join(" and ")}`;
      return `${named} ${where}, ${results === 0 ? "not in a result yet" : `in ${counted(results, "result")}`}.`;
    }
    case "window":
      return `${thing.key} ${thing.text}: ${named}; ${results === 0 ? "no result yet" : counted(results, "result")}.`;
    case "emission": {
      const row = run.emissions.at(thing.index);
      return `${row?.key ?? ""} ${row?.window.text ?? ""} = ${row?.value ?? "withdrawn"}: from ${named}.`;
    }
    case "flow":
      return `${thing.label}: ${named}${results === 0 ? "" : `; ${counted(results, "result")}`}.`;
  }
}
