/** The address of a lesson's page follows what is done there, so that a reload or a copied address comes back. */
import type { Session } from "../lesson/session.svelte";
import { formatRoute, type Route } from "./routes";

/** Not with every step of a slide. */
const calm = 250;

/** Called while the page is made: keeps the address at where the session is, until the page goes. */
export function addressFollows(
  session: Session,
  route: () => Exclude<Route, { page: "unknown" }>,
): void {
  $effect(() => {
    // What a link says stays until it is known what has been turned.
    if (!session.knowsChanges) return;
    const hash = formatRoute(route());
    const timer = setTimeout(
      () => history.replaceState(history.state, "", hash),
      calm,
    );
    return () => clearTimeout(timer);
  });
}
