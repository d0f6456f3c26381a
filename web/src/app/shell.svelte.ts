/** What is open over the page, and what is said to everybody. */
class Shell {
  helping = $state(false);
  finding = $state(false);
  /** What was typed while the dialog for finding was still on its way; a line break for Enter. */
  sought = "";
  said = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says something in passing. */
  say(text: string): void {
    clearTimeout(this.#timer);
    this.said = text;
    this.#timer = setTimeout(() => (this.said = ""), 4_000);
  }
}

export const shell = new Shell();
