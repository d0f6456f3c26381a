// One Vite set-up for `npm start`, `npm run dev`, `npm run build` and Vitest.
//
// To extend it, write the plugin in scripts/vite-<what>.mjs and add it to `plugins`: what must run for the page as well as in tests goes
// there; what only development or only the build needs says so itself with `apply: "serve"` or `apply: "build"`.
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { contentSecurityPolicy } from "../scripts/vite-csp.mjs";
import { rebuildCore } from "../scripts/vite-core.mjs";
import { lessonModules } from "../scripts/vite-lessons.mjs";
import { offline } from "../scripts/vite-pwa.mjs";
import { scenarioSchema } from "../scripts/vite-schema.mjs";
import { numberScales } from "../scripts/vite-scales.mjs";

const top = fileURLToPath(new URL("..", import.meta.url));

const folderOf = (module: string): string =>
  module.includes("/lessons/")
    ? "lessons/"
    : /[\\/]stage[\\/]\w+View\.svelte$/.test(module)
      ? "views/"
      : /[\\/]lesson[\\/](\w*Cards?|\w+Field)\.svelte$/.test(module)
        ? "tasks/"
        : "";

export default defineConfig({
  root: top,
  // Relative addresses, so that dist/ works from any folder of any static host.
  base: "./",
  // A missing file is a 404 here too, as it is on a static host; the page keeps its places behind the `#`.
  appType: "mpa",
  plugins: [
    svelte({ configFile: "web/svelte.config.js" }),
    rebuildCore(),
    lessonModules(),
    scenarioSchema(),
    numberScales(),
    contentSecurityPolicy(),
    offline(),
  ],
  worker: { format: "es" },
  // The public folder is served as it is: web app icons and the like.
  publicDir: "web/public",
  build: {
    outDir: "dist",
    target: "es2023",
    // Every browser that runs this fetches modules ahead by itself.
    modulePreload: { polyfill: false },
    // For scripts/lib/size.mjs: what a first visit fetches follows from what imports what.
    manifest: true,
    // The policy lets nothing be fetched from a data: address, so small files stay files.
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        // Folders for what a visit loads one of: a lesson, a view, what a beat asks. The size budget counts the largest of each.
        chunkFileNames: ({ facadeModuleId }) =>
          `assets/${folderOf(facadeModuleId ?? "")}[name]-[hash].js`,
        // What the page begins with comes in one piece: it compresses better than many.
        codeSplitting: {
          groups: [
            // The entry stays one: the manifest and the page lead to it.
            {
              name: "page",
              tags: ["$initial"],
              test: /^(?!.*(index\.html|main\.ts)$)/,
            },
          ],
        },
      },
    },
  },
  test: {
    include: ["web/src/**/*.test.ts", "scripts/**/*.test.mjs"],
    environment: "happy-dom",
  },
  // Svelte's client build, where Vitest would otherwise take the one for servers.
  resolve: process.env["VITEST"] ? { conditions: ["browser"] } : {},
});
