/** Light or dark: as the system prefers, until a person switches. */
const key = "headwater.theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

const stored = (): "light" | "dark" | undefined => {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined;
  }
};

class Theme {
  #chosen = $state(stored());
  #preferred = $state(prefersDark.matches);
  readonly dark = $derived.by(() =>
    this.#chosen ? this.#chosen === "dark" : this.#preferred,
  );

  constructor() {
    prefersDark.addEventListener(
      "change",
      ({ matches }) => (this.#preferred = matches),
    );
    this.#apply();
  }

  /** What was switched to, if anything was. */
  get chosen(): "light" | "dark" | undefined {
    return this.#chosen;
  }

  toggle(): void {
    this.choose(this.dark ? "light" : "dark");
  }

  choose(theme: "light" | "dark"): void {
    this.#chosen = theme;
    try {
      localStorage.setItem(key, theme);
    } catch {
      // For this visit only, then.
    }
    this.#apply();
  }

  #apply(): void {
    if (this.#chosen) document.documentElement.dataset["theme"] = this.#chosen;
  }
}

export const theme = new Theme();
