/**
 * Who this tab is among those that are open. A tab counts scores under a name that no other open tab has; when it is closed, the next
 * one may take its place. Where a browser has no locks, all tabs share a name, and reading before each write is what keeps them apart.
 */

const locks = (): LockManager | undefined =>
  // Only where the page comes over https or from this machine.
  (navigator as { locks?: LockManager }).locks;

/** The first free place, held until the page is gone. */
async function claim(taken: (place: number) => void): Promise<void> {
  for (let place = 0, free = false; !free; place++)
    await new Promise<void>((tried) => {
      void locks()?.request(
        `headwater.tab.${place}`,
        { ifAvailable: true },
        (lock) => {
          free = lock !== null;
          if (free) taken(place);
          tried();
          return free ? new Promise(() => undefined) : undefined;
        },
      );
    });
}

const deviceKey = "headwater.device";

/** A name for a device or a browser's profile: made up, says nothing about it. */
const madeUp = (): string =>
  crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? "";

export class Tab {
  #place = 0;
  /** For a visit without storage. */
  #device = madeUp();

  constructor(private readonly storage: Storage | undefined) {
    if (locks()) void claim((place) => (this.#place = place));
  }

  /** Under which name this tab counts. */
  get writer(): string {
    try {
      const kept = this.storage?.getItem(deviceKey);
      if (kept && /^[a-z0-9]{1,8}$/.test(kept)) this.#device = kept;
      else this.storage?.setItem(deviceKey, this.#device);
    } catch {
      // For this visit, then.
    }
    return `${this.#device}.${this.#place}`;
  }

  /** From now on counts are new ones: what was counted before is forgotten here, and yet may stand in a file. */
  rename(): void {
    this.#device = madeUp();
    try {
      this.storage?.setItem(deviceKey, this.#device);
    } catch {
      // For this visit, then.
    }
  }

  /** Does something while no other tab does it. */
  alone(work: () => void): void {
    void locks()?.request("headwater.progress", work);
  }
}
