/** For tests only: the page's files as its own code fetches them, from the folder they are built in. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { vi } from "vitest";

/** From now on both modules of the core start as they do in a browser. */
export function serveCore(): void {
  vi.stubGlobal("fetch", (address: string) => {
    const path = new URL(address, "http://localhost/").pathname;
    return readFile(join(import.meta.dirname, "../..", path));
  });
}
