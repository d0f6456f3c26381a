/** For tests only: the page's files as its own code fetches them, from the folder they are built in. */
import { vi } from "vitest";
import { bytesOf } from "../../scripts/lib/test-files.mjs";

/** From now on both modules of the core start as they do in a browser. */
export function serveCore(): void {
  vi.stubGlobal("fetch", (address: string) =>
    bytesOf(new URL(address, "http://localhost/").pathname),
  );
}
