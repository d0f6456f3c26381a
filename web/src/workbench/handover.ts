/**
 * What a page hands to the workbench when it opens it. Not by the address: that has not room for every scenario.
 */
import type { Script } from "../core";
import type { LessonFile } from "../own/file";

/** Where something on the workbench comes from: a way back. */
export interface Origin {
  title: string;
  /** With its `#`. */
  address: string;
}

export interface Handover {
  script: Script;
  step: number;
  view: string;
  from?: Origin;
  /** A lesson to go on building. */
  lesson?: LessonFile;
  /** The panel that is wanted. */
  panel?: string;
}

let waiting: Handover | undefined;

export function handOver(handover: Handover): void {
  waiting = handover;
}

/** What was handed over, once. */
export function takeOver(): Handover | undefined {
  const handover = waiting;
  waiting = undefined;
  return handover;
}
