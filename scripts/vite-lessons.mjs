// Lessons as modules: a list of all for the chapter map, the scene of the home page for itself, and one chunk for each lesson with its data and its prose rendered to HTML.
//
// The prose is Markdown without raw HTML. Its links point into the simulation (`[the late click](event:e6)`, `knob:`, `view:`, `step:`) or
// at another lesson (`lesson:`); the first four become buttons with data attributes that the page answers to. That what they point at
// exists is proved by `headwater check`.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import MarkdownIt from "markdown-it";
import { top } from "./lib/run.mjs";

const listId = "virtual:headwater-lessons";
const loadersId = "virtual:headwater-loaders";
const homeId = "virtual:headwater-home";
const wordsId = "virtual:headwater-words";
const lessonPrefix = "virtual:headwater/lessons/";

const folders = async (path) =>
  (await readdir(path, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

const readJson = async (path) => JSON.parse(await readFile(path, "utf8"));

/** `01-time-and-order` is chapter 1; its chapter.json says its title. */
async function chapterOf(path) {
  const { title } = await readJson(join(path, "chapter.json"));
  return { number: Number.parseInt(basename(path), 10), title };
}

/** Every lesson's folder by its slug, chapter by chapter. */
async function findLessons(root) {
  const chapters = [];
  for (const folder of await folders(root)) {
    const lessons = [];
    for (const name of await folders(join(root, folder))) {
      const path = join(root, folder, name);
      const text = await readFile(join(path, "lesson.json"), "utf8").catch(
        () => undefined,
      );
      if (text !== undefined) lessons.push({ path, lesson: JSON.parse(text) });
    }
    if (lessons.length > 0)
      chapters.push({ ...(await chapterOf(join(root, folder))), lessons });
  }
  return chapters;
}

const pointers = ["event", "knob", "view", "step"];

function markdown() {
  const md = new MarkdownIt({ html: false, typographer: false });
  // Nothing but the lab's own schemes, other lessons, and the web.
  md.validateLink = (target) =>
    /^(event|knob|view|step|lesson|https):/.test(target);
  md.normalizeLink = (target) => target;
  const { rules } = md.renderer;
  const escape = md.utils.escapeHtml;
  let open = [];
  rules.link_open = (tokens, index) => {
    const target = tokens[index].attrGet("href");
    const [, scheme, name] = /^([a-z]+):(.*)$/.exec(target);
    const isButton = pointers.includes(scheme);
    open.push(isButton ? "button" : "a");
    if (isButton)
      return `<button type="button" class="pointer" data-${scheme}="${escape(name)}">`;
    const href = scheme === "lesson" ? `#/lesson/${name}` : target;
    return `<a href="${escape(href)}">`;
  };
  rules.link_close = (tokens, index) => {
    // A button is one piece to the line: without a word joiner its full stop could begin the next one.
    const joined = /^[.,;:!?)’”]/.test(tokens[index + 1]?.content ?? "");
    return `</${open.pop()}>${joined ? "\u2060" : ""}`;
  };
  // A table may be wider than a phone.
  rules.table_open = () =>
    `<div class="wide" tabindex="0" data-scrolls><table>`;
  rules.table_close = () => `</table></div>`;
  return md;
}

/** Prose by beat: the sections under `## <beat id>`. */
export function renderProse(text) {
  const md = markdown();
  const prose = {};
  for (const section of `\n${text}`.split(/\n## /).slice(1)) {
    const [title, ...lines] = section.split("\n");
    prose[title.trim()] = md.render(lines.join("\n"));
  }
  return prose;
}

/** A few letters for each scenario by which a link knows whether it, or one that it is made from, has changed since. */
export function marksOf(scenarios) {
  const made = (name) => {
    const source = scenarios[name];
    return source?.from === undefined
      ? [source]
      : [source, ...made(source.from)];
  };
  return Object.fromEntries(
    Object.keys(scenarios).map((name) => [
      name,
      createHash("sha256")
        .update(JSON.stringify(made(name)))
        .digest("base64url")
        .slice(0, 6),
    ]),
  );
}

/** What a learner's answers are scored by, with those of its lessons that are written. */
const conceptsOf = ({ concepts }, chapters) => {
  const written = new Set(
    chapters.flatMap(({ lessons }) => lessons.map(({ lesson }) => lesson.slug)),
  );
  return concepts
    .map(({ id, title, lessons }) => ({
      id,
      title,
      lessons: lessons.filter((slug) => written.has(slug)),
    }))
    .filter(({ lessons }) => lessons.length > 0);
};

const listModule = (chapters, curriculum) => {
  const list = chapters.map(({ number, title, lessons }) => ({
    number,
    title,
    lessons: lessons.map(({ lesson }) => ({
      slug: lesson.slug,
      title: lesson.title,
      question: lesson.question,
      minutes: lesson.minutes,
      beats: lesson.beats.map(({ id }) => id),
    })),
  }));
  return `export const chapters = ${JSON.stringify(list)};\nexport const concepts = ${JSON.stringify(conceptsOf(curriculum, chapters))};\n`;
};

/** The different words of each lesson's headings, prose and cards, for whoever looks for one. */
async function wordsModule(chapters) {
  const words = {};
  for (const { path, lesson } of chapters.flatMap(({ lessons }) => lessons)) {
    const prose = await readFile(join(path, "lesson.md"), "utf8");
    const cards = lesson.cards.flatMap(({ question, answer }) => [
      question,
      answer,
    ]);
    const titles = lesson.beats.map(({ title }) => title);
    const text = [...titles, prose, ...cards, lesson.say]
      .join(" ")
      // Of a link, what is read.
      .replace(/\]\([^)]*\)/g, "]")
      .toLowerCase();
    words[lesson.slug] = [...new Set(text.match(/[a-z][a-z0-9’'-]{2,}/g))].join(
      " ",
    );
  }
  return `export const words = ${JSON.stringify(words)};\n`;
}

/** What fetches each lesson, by its slug: all that a lesson's page needs of the others. */
const loadersModule = (chapters) => {
  const loaders = chapters
    .flatMap(({ lessons }) => lessons)
    .map(({ lesson: { slug } }) => {
      const name = JSON.stringify(slug);
      return `  ${name}: () => import(${JSON.stringify(lessonPrefix + slug)}),`;
    });
  return `export const loaders = {\n${loaders.join("\n")}\n};\n`;
};

/** Where a lesson stands among the others. */
function placedOf(slug, chapters, curriculum) {
  const lessons = chapters.flatMap(({ title, lessons }) =>
    lessons.map(({ lesson }) => ({ chapter: title, lesson })),
  );
  const index = lessons.findIndex(({ lesson }) => lesson.slug === slug);
  const next = lessons[index + 1]?.lesson;
  return {
    number: index + 1,
    of: lessons.length,
    chapter: lessons[index].chapter,
    next: next && { slug: next.slug, title: next.title },
    concept: conceptsOf(curriculum, chapters).find(({ lessons }) =>
      lessons.includes(slug),
    )?.id,
  };
}

/** @returns {import("vite").Plugin} */
export function lessonModules(root = join(top, "lessons")) {
  return {
    name: "headwater:lessons",
    resolveId: (id) =>
      [listId, loadersId, homeId, wordsId].includes(id) ||
      id.startsWith(lessonPrefix)
        ? `\0${id}`
        : undefined,
    async load(id) {
      if (id === `\0${homeId}`)
        return `export const home = ${JSON.stringify(await readJson(join(root, "home.json")))};\n`;
      const isList = [listId, loadersId, wordsId].some(
        (list) => id === `\0${list}`,
      );
      if (!isList && !id.startsWith(`\0${lessonPrefix}`)) return undefined;
      const chapters = await findLessons(root);
      if (id === `\0${wordsId}`) return wordsModule(chapters);
      if (id === `\0${loadersId}`) return loadersModule(chapters);
      const curriculum = await readJson(join(root, "curriculum.json"));
      if (id === `\0${listId}`) return listModule(chapters, curriculum);
      const slug = id.slice(lessonPrefix.length + 1);
      const found = chapters
        .flatMap(({ lessons }) => lessons)
        .find(({ lesson }) => lesson.slug === slug);
      if (!found)
        throw new Error(`there is no lesson ${slug} in ${relative(top, root)}`);
      for (const file of ["lesson.json", "lesson.md"])
        this.addWatchFile(join(found.path, file));
      const prose = renderProse(
        await readFile(join(found.path, "lesson.md"), "utf8"),
      );
      const marks = marksOf(found.lesson.scenarios);
      const placed = placedOf(slug, chapters, curriculum);
      return Object.entries({ lesson: found.lesson, prose, marks, placed })
        .map(
          ([name, value]) =>
            `export const ${name} = ${JSON.stringify(value)};\n`,
        )
        .join("");
    },
    configureServer(server) {
      server.watcher.add(root);
      server.watcher.on("all", (_event, file) => {
        if (!file.startsWith(root + sep) || !/\.(json|md)$/.test(file)) return;
        server.moduleGraph.invalidateAll();
        server.ws.send({ type: "full-reload" });
      });
    },
  };
}
