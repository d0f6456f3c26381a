/** How what the core would not do crosses from a worker to the page: errors lose what they carry on the way. */

/** What went wrong. */
export interface Refused {
  readonly refused: string;
  readonly problems: readonly { path: string; message: string }[];
}

/** Runs calls into a module of the core; what it would not do becomes a value. A panic is told in its own words. */
export const tellingOf =
  (lastPanic: () => string | undefined) =>
  <T>(work: () => T): T | Refused => {
    try {
      return work();
    } catch (error) {
      const message =
        error instanceof WebAssembly.RuntimeError ? lastPanic() : undefined;
      const problems =
        error instanceof Error && "problems" in error ? error.problems : [];
      return {
        refused: message ?? (error as Error).message,
        problems: problems as Refused["problems"],
      };
    }
  };
