// The size budget: everything a first visit to a lesson fetches, compressed as a good static host sends it (Brotli).
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { top } from "./run.mjs";
import { filesUnder } from "./stamp.mjs";

/** What a first visit should take. */
const budget = 250_000;

/** What it may take today: it is over the budget, and may not grow. Lowered with every saving, until it meets the budget. */
const limit = 365_000;

/** Files of dist/ that a first visit does not fetch, each with the reason. Whatever is not named here counts. */
const later = [
  [
    /^assets\/lessons\//,
    "lesson data: a visit loads one lesson, so the largest counts",
  ],
  [
    /^assets\/studio/,
    "the second module: charts, engines side by side, code; loaded when first opened",
  ],
  [
    /^assets\/lab-/,
    "models of a cluster: loaded with the second module, by lessons about one",
  ],
  [
    /^assets\/(bulk|worker|client)[-_]/,
    "the module for large inputs and its worker: loaded by a scale run or a frontier",
  ],
  [
    /^assets\/(EnginesTable|SidesTable|sides)-/,
    "runs side by side: loaded with the second module",
  ],
  [
    /^assets\/(WorkbenchPage|\w+Panel|PreviewBars|SchemaFields|bench\.svelte|form\.svelte|starts|file|parse|write|meaning|tree|schema)-/,
    "the workbench, its panels, its editor and the form of scenarios: loaded when it is opened",
  ],
  [
    /^(sw\.js|workbox-.*\.js|assets\/(UpdateNotice|workbox-window|virtual_pwa).*)$/,
    "what keeps the page for when there is no network: registered once the page stands still; from then on it fetches every file of this list in the background",
  ],
  [
    /^(icons\/.*\.png|manifest\.webmanifest)$/,
    "what installing the page takes",
  ],
  [
    /^assets\/(DataPage|files)-/,
    "what is kept on the device, and files to and from it: loaded when looked at",
  ],
  [
    /^assets\/(Pipeline|GraphPicture|GraphTables|words)-/,
    "the pipeline as a graph: loaded with the second module",
  ],
  [/^assets\/picture-/, "the stage as a picture: loaded when first saved"],
  [
    /^assets\/(Compare|ClusterCompare|Fork)-/,
    "two runs side by side: loaded when first compared",
  ],
  [
    /^assets\/(CodePanel|tokens)-/,
    "programs with their highlighter: loaded with the second module",
  ],
];

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

/** Prints a table of dist/ and resolves to `{ ok, total }`. */
export async function checkSize() {
  const sizes = await Promise.all(
    (await filesUnder("dist")).map(async (path) => {
      const file = path.slice("dist/".length);
      const text = await readFile(join(top, path));
      const reason = later.find(([pattern]) => pattern.test(file))?.[1];
      return {
        file,
        plain: text.length,
        sent: brotliCompressSync(text).length,
        reason,
      };
    }),
  );
  sizes.sort((a, b) => b.sent - a.sent);
  const lesson = sizes.find(({ file }) => file.startsWith("assets/lessons/"));
  const counted = sizes.filter((size) => !size.reason || size === lesson);
  const total = counted.reduce((bytes, { sent }) => bytes + sent, 0);

  console.log("\n     plain     Brotli  first visit");
  for (const { file, plain, sent } of counted)
    console.log(`${kilobytes(plain)} ${kilobytes(sent)}  ${file}`);
  console.log(
    `${" ".repeat(10)} ${kilobytes(total)}  ; the budget is ${kilobytes(budget).trim()}, the limit today ${kilobytes(limit).trim()}`,
  );
  const all = sizes.reduce((bytes, { sent }) => bytes + sent, 0);
  const others = sizes.length - counted.length;
  if (others > 0)
    console.log(
      `${kilobytes(all - total).padStart(21)}  in ${others} files that are fetched when needed, and in the background for when there is no network`,
    );
  return { ok: total <= limit, total };
}
