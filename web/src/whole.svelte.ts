/**
 * The whole of the core, as far as it is there. A lesson is read and stepped with the first module alone; what is asked about it ("why?", grades,
 * goals), drafts of events and everything that is opened later takes the second one, which has all that the first has, too.
 */
type Studio = typeof import("./studio");

class Whole {
  /** The second module, once it is there. */
  there = $state.raw<Pick<Studio, "studio" | "simulate">>();
  /** Whether it could not be fetched when it was last tried. */
  failed = $state(false);
  #fetching: Promise<void> | undefined;

  /** Resolves when it is there. Where that fails, it may be tried again. */
  fetch(): Promise<void> {
    if (this.there) return Promise.resolve();
    return (this.#fetching ??= this.#fetch().finally(
      () => (this.#fetching = undefined),
    ));
  }

  async #fetch(): Promise<void> {
    this.failed = false;
    try {
      // The bytes come first: a module of JavaScript that fails to start would stay failed.
      const { fetchBytes } = await import("./studio-bytes");
      await fetchBytes();
      await import("./studio");
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

export const whole = new Whole();

/** What to say where it could not be fetched. */
export const notFetched =
  "That part of the lab could not be fetched. Is the network there?";
