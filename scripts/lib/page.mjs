// The page as a static site in dist/, made by Vite.
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { runNode, top } from "./run.mjs";
import { done, heading, since, Told } from "./say.mjs";
import { hash, unlessDone } from "./stamp.mjs";

export const viteConfig = join(top, "web/vite.config.ts");

/** Everything the site is made from; web/pkg, the core, is among it. */
const inputs = [
  "index.html",
  "web",
  "lessons",
  "scripts",
  "tsconfig.json",
  "package-lock.json",
];

/** Builds dist/; quick when nothing changed. The core must have been built. */
export async function buildPage() {
  const start = performance.now();
  heading("Building the page (some seconds)");
  const fresh = await unlessDone(
    "page",
    await hash(inputs),
    ["dist"],
    async () => {
      const built = await runNode(
        "node_modules/vite/bin/vite.js",
        ["build", "--config", viteConfig],
        { minutes: 5 },
      );
      if (!built.ok)
        throw new Told(
          "Vite could not build the page; what it said stands above",
        );
    },
  );
  done(`page ${fresh ? "built" : "unchanged"}, ${since(start)}`);
}
