/**
 * The worker's part that reads files of events. The last file read is kept here, where its rows cost the page nothing; the page asks for
 * as many of its events as a stage can show.
 */
import type {
  Layout,
  Look,
  Mapping,
  ReadingStanding,
  StepSpec,
  TimeFormatView,
} from "../../pkg/bulk/bulk.js";
import type * as Module from "../../pkg/bulk/bulk.js";
import type { Refused } from "./telling";

/** So much of a file says what it is. */
const beginning = 256 * 1024;

/** Larger files are not taken: they are copied twice while they are read. */
const most = 200_000_000;

interface Around {
  ready: Promise<unknown>;
  core: typeof Module;
  telling<T>(work: () => T): T | Refused;
  inStretches(
    more: (rows: number) => boolean,
    told: () => Promise<void> | void,
  ): Promise<boolean>;
}

/** Text in UTF-16 says so in its first two bytes; the core reads UTF-8. */
function inUtf8(bytes: Uint8Array): Uint8Array {
  const mark = `${bytes[0]} ${bytes[1]}`;
  const coding = { "255 254": "utf-16le", "254 255": "utf-16be" }[mark];
  if (coding === undefined) return bytes;
  return new TextEncoder().encode(new TextDecoder(coding).decode(bytes));
}

const bytesOf = async (file: Blob): Promise<Uint8Array> =>
  inUtf8(new Uint8Array(await file.arrayBuffer()));

export interface FileLook {
  readonly look: Look;
  readonly formats: TimeFormatView[];
}

export function filesOf({ ready, core, telling, inStretches }: Around) {
  let last: Module.Reading | undefined;

  return {
    /** What a file seems to hold; with `layout`, if its rows are told apart like that. */
    async look(file: Blob, layout?: Layout): Promise<FileLook | Refused> {
      await ready;
      if (file.size > most) {
        const size = Math.round(file.size / 1e6);
        return {
          refused: `This file has ${size} MB; up to ${most / 1e6} MB can be read.`,
          problems: [{ path: "", message: "too large" }],
        };
      }
      // Two bytes a character where it is UTF-16: never half of one.
      const start = await bytesOf(file.slice(0, beginning));
      return telling(() => ({
        look: layout ? core.lookAtAs(start, layout) : core.lookAt(start),
        formats: core.timeFormats(),
      }));
    },

    /** Reads a file from end to end; resolves to how it stood at the end, or when it was cancelled. */
    async read(
      file: Blob,
      mapping: Mapping,
      told: (standing: ReadingStanding) => void,
    ): Promise<{ standing: ReadingStanding; cancelled: boolean } | Refused> {
      await ready;
      last?.free();
      last = undefined;
      const bytes = await bytesOf(file);
      const reading = telling(() => new core.Reading(bytes, mapping));
      if ("refused" in reading) return reading;
      last = reading;
      let before = performance.now();
      const ended = await inStretches(
        (rows) => reading.advance(rows),
        () => {
          const now = performance.now();
          if (now - before < 100) return;
          before = now;
          told(reading.standing());
        },
      );
      return { standing: reading.standing(), cancelled: !ended };
    },

    /** The file read last. */
    reading: (): Module.Reading | undefined => last,

    /** Some of the events of the file read last. */
    async steps(
      from: number,
      count: number,
    ): Promise<{ steps: StepSpec[]; sources: string[] } | Refused> {
      await ready;
      const reading = last;
      if (!reading)
        return {
          refused: "No file has been read.",
          problems: [{ path: "", message: "no file" }],
        };
      return telling(() => ({
        steps: reading.steps(from, count),
        sources: reading.sources(),
      }));
    },
  };
}
