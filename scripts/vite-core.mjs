// Development: builds the core again when its source changes, then reloads the page; a compiler error shows in the page.
import { sep } from "node:path";
import { buildCore } from "./lib/core.mjs";
import { top } from "./lib/run.mjs";

const isSource = (file) =>
  (file.startsWith(`${top}crate${sep}`) && /\.(rs|toml)$/.test(file)) ||
  file === `${top}Cargo.toml`;

/** @returns {import("vite").Plugin} */
export function rebuildCore() {
  return {
    name: "headwater:rebuild-core",
    apply: "serve",
    // What the builds write; web/pkg is announced below, whole.
    config: () => ({
      server: {
        watch: {
          ignored: [
            "**/target/**",
            "**/.tools/**",
            "**/dist/**",
            "**/web/pkg/**",
            "**/web/.pkg-new/**",
          ],
        },
      },
    }),
    configureServer(server) {
      if (process.env["VITEST"]) return;
      let building = false;
      let again = false;
      let broken = false;
      const rebuild = async () => {
        if (building) {
          again = true;
          return;
        }
        building = true;
        try {
          const changed = await buildCore("dev");
          if (changed || broken) {
            server.moduleGraph.invalidateAll();
            server.ws.send({ type: "full-reload" });
          }
          broken = false;
        } catch (error) {
          broken = true;
          const message = `The core does not build: ${error.message}. The terminal has the compiler's words.`;
          server.config.logger.error(message);
          server.ws.send({ type: "error", err: { message, stack: "" } });
        }
        building = false;
        if (again) {
          again = false;
          void rebuild();
        }
      };
      let timer;
      server.watcher.add([`${top}crate`, `${top}Cargo.toml`]);
      server.watcher.on("all", (_event, file) => {
        if (!isSource(file)) return;
        // Editors save in several strokes.
        clearTimeout(timer);
        timer = setTimeout(rebuild, 100);
      });
    },
  };
}
