// The size budget: everything a first visit to a lesson fetches, compressed as a good static host sends it (Brotli).
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { top } from "./run.mjs";
import { filesUnder } from "./stamp.mjs";

/** What a first visit may take. */
const budget = 250_000;

/**
 * Files of dist/ that a first visit does not fetch, each with the reason. Whatever is not named here counts, and so does whatever a file
 * that counts imports outright, named here or not.
 */
const later = [
  [
    /^assets\/studio/,
    "the second module: answers, drafts of events, charts, engines side by side, code; fetched once the page stands still, or when first asked for",
  ],
  [
    /^assets\/lab-/,
    "models of a cluster: loaded with the second module, by lessons about one",
  ],
  [
    /^assets\/(bulk|worker|client|telling|running\.svelte|scale\.svelte)[-_]/,
    "the module for large inputs and its worker: loaded by a scale run or a frontier",
  ],
  [
    /^assets\/(checker|checking)-/,
    "the worker that looks lessons through: loaded when one is built",
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
  [
    /^assets\/OwnPage-/,
    "lessons from files, with what renders their prose: loaded when one is opened",
  ],
  [
    /^assets\/(picture|SaveChoices)-/,
    "the stage as a picture: loaded when first saved",
  ],
  [
    /^assets\/(Compare|ClusterCompare|Fork)-/,
    "two runs side by side: loaded when first compared",
  ],
  [/^assets\/HomePage-/, "the home page: not what a lesson needs"],
  [
    /^assets\/(WhyAnswer|MissingFields|Verdict|MixedUp|PutBack|EventChips)-/,
    "answers and what follows from them: loaded with the first one",
  ],
  [
    /^assets\/(EventCard|EventEditor|PickBands|PickSessions)-/,
    "what tells of an event, changes it, or picks windows on the plane: loaded when somebody points or does",
  ],
  [
    /^assets\/(EventRows|UnknownPage)-/,
    "the table of all events, loaded when it is opened; and what an address that leads nowhere shows",
  ],
  [/^assets\/MarksList-/, "the list of marks: loaded when first opened"],
  [
    /^assets\/ManyMarks-/,
    "marks put down pixel by pixel: loaded where a plane has more events than a lesson's",
  ],
  [/^assets\/(Help|Find|Share)?Dialog-/, "dialogs: loaded when first opened"],
  [
    /^assets\/(CodePanel|tokens)-/,
    "programs with their highlighter: loaded with the second module",
  ],
];

/** What the page fetches by itself once it stands still: a lesson is there and can be stepped by then, and what is asked about it waits for this. */
const rightAfter = /^assets\/studio/;

/** Vite's list of what imports what; nobody fetches it. */
const viteManifest = ".vite/manifest.json";

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

/** Of what lies in these folders a visit loads one: a lesson, the view that it opens with, what its first beat asks. */
const oneOfEach = ["assets/lessons/", "assets/views/", "assets/tasks/"];

/** What beats ask with, by their kind; of what predictions ask with, the largest counts. */
const asks = {
  observe: [],
  predict: ["OrderField", "PickField", "SessionField"],
  goal: ["GoalCard"],
  spot: ["ClaimCard"],
  cards: ["Cards"],
};

/** What each lesson opens with, by the names of its parts: the lesson, its first view, and what its first beat asks with. */
async function opened() {
  const files = (await filesUnder("lessons")).filter((file) =>
    file.endsWith("/lesson.json"),
  );
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(top, file), "utf8");
      const { slug, views, beats } = JSON.parse(text);
      const view = beats[0].view ?? views[0] ?? "";
      const component = view.replace(/(?:^|-)(\w)/g, (_, first) =>
        first.toUpperCase(),
      );
      return [[slug], [`${component}View`], asks[beats[0].do.kind]];
    }),
  );
}

/** The files that somebody who opens a lesson fetches, whatever the lesson; and those of the lesson that takes the most. */
async function firstVisit(files, sent) {
  const manifest = JSON.parse(
    await readFile(join(top, "dist", viteManifest), "utf8"),
  );
  const isOneOf = (file) => oneOfEach.some((folder) => file.startsWith(folder));
  const isLater = (file) =>
    isOneOf(file) || later.some(([pattern]) => pattern.test(file));
  const follow = (fetched, { file, imports, dynamicImports, css, assets }) => {
    if (fetched.has(file)) return fetched;
    for (const part of [file, ...(css ?? []), ...(assets ?? [])])
      fetched.add(part);
    for (const key of imports ?? []) follow(fetched, manifest[key]);
    for (const key of dynamicImports ?? [])
      if (!isLater(manifest[key].file)) follow(fetched, manifest[key]);
    return fetched;
  };
  const fetched = new Set();
  for (const part of Object.values(manifest))
    if (part.isEntry) follow(fetched, part);
  const size = (files) =>
    files.reduce((bytes, file) => bytes + sent.get(file), 0);
  const parts = Object.values(manifest).filter(({ file }) => isOneOf(file));
  /** What the largest part of these names adds. */
  const added = (names) =>
    parts
      .filter(({ name }) => names.includes(name))
      .map((part) => [...follow(new Set(fetched), part)].slice(fetched.size))
      .reduce((most, files) => (size(files) > size(most) ? files : most), []);
  const lessons = (await opened()).map((each) => each.flatMap(added));
  const largest = lessons.reduce((most, files) =>
    size(files) > size(most) ? files : most,
  );
  // What Vite's own list does not have, such as icons.
  const listed = new Set(
    Object.values(manifest).flatMap(({ file, css, assets }) => [
      file,
      ...(css ?? []),
      ...(assets ?? []),
    ]),
  );
  for (const file of files)
    if (!listed.has(file) && !isLater(file)) fetched.add(file);
  for (const file of largest) fetched.add(file);
  return fetched;
}

/** Prints a table of dist/ and resolves to `{ ok, total }`. */
export async function checkSize() {
  const files = (await filesUnder("dist"))
    .map((path) => path.slice("dist/".length))
    .filter((file) => file !== viteManifest);
  const sizes = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(top, "dist", file));
      return {
        file,
        plain: text.length,
        sent: brotliCompressSync(text).length,
      };
    }),
  );
  sizes.sort((a, b) => b.sent - a.sent);
  const visit = await firstVisit(
    files,
    new Map(sizes.map(({ file, sent }) => [file, sent])),
  );
  const counted = sizes.filter(({ file }) => visit.has(file));
  const total = counted.reduce((bytes, { sent }) => bytes + sent, 0);

  console.log("\n     plain     Brotli  first visit");
  for (const { file, plain, sent } of counted)
    console.log(`${kilobytes(plain)} ${kilobytes(sent)}  ${file}`);
  console.log(
    `${" ".repeat(10)} ${kilobytes(total)}  ; the budget is ${kilobytes(budget).trim()}`,
  );
  const others = sizes.filter((size) => !counted.includes(size));
  const rest = (after) => {
    const files = others.filter(({ file }) => rightAfter.test(file) === after);
    const bytes = files.reduce((bytes, { sent }) => bytes + sent, 0);
    return `${kilobytes(bytes).padStart(21)}  in ${files.length} files that are fetched`;
  };
  console.log(
    `${rest(true)} in the background right after, once the page stands still: what is asked about a lesson waits for them`,
  );
  console.log(
    `${rest(false)} when needed, and in the background for when there is no network`,
  );
  return { ok: total <= budget, total };
}
