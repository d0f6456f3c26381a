/** The page without a network, and new versions of it: fetched in the background, put in place when the person says so and not before. */
import { registerSW } from "virtual:pwa-register";

const hour = 3_600_000;

class Offline {
  /** Whether a new version waits to be put in place. */
  waiting = $state(false);
  /** Whether it was put in place from another tab, while this one still shows the old one. */
  replaced = $state(false);
  #update: (() => Promise<void>) | undefined;
  #asked = false;

  /** Begins to keep the page for when there is no network. */
  begin(): void {
    this.#update = registerSW({
      onNeedRefresh: () => (this.waiting = true),
      onNeedReload: () => {
        if (this.#asked) location.reload();
        else this.replaced = true;
      },
      onRegisteredSW: (_, registration) => {
        if (registration) lookNowAndThen(registration);
      },
    });
  }

  /** Goes over to the new version. */
  reload(): void {
    if (this.replaced || !this.#update) location.reload();
    this.#asked = true;
    void this.#update?.();
  }
}

/** A tab may stay open for days: whoever comes back to it hears of a new version. */
function lookNowAndThen(registration: ServiceWorkerRegistration): void {
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < hour) return;
    looked = Date.now();
    // Without a network there is nothing to find out.
    registration.update().catch(() => undefined);
  });
}

export const offline = new Offline();
