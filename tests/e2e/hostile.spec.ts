// Files, links and stored data that mean no good, through every door of the page. Another door is another line in `doors`.
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { clicks, expect } from "./lab";
import { markup, test } from "./unharmed";

/** A way into the page for something that somebody else wrote. */
interface Door {
  name: string;
  /** Where it is. */
  address: string;
  /** What is pressed there first. */
  enter?(page: Page): Promise<void>;
  /** Something that it takes: every value in it is replaced in turn. */
  takes: unknown;
  /** Where files are chosen. */
  input(page: Page): Locator;
  /** Where it says what is wrong. */
  says(page: Page): Locator;
}

const doors: Door[] = [
  {
    name: "a file of progress",
    address: "./#/data",
    takes: {
      headwater: "progress",
      version: 2,
      lessons: { "two-clocks": { done: ["arrival"], resets: 0 } },
      scores: { late: { "abc.0": { right: 1, wrong: 2 } } },
      last: { lesson: "two-clocks", at: 1 },
      resets: 0,
      settings: { theme: "dark" },
      drafts: [
        {
          id: "1a2b",
          saved: 1,
          title: "Work",
          script: { cluster: { group: {} } },
          step: 0,
          view: "windows",
        },
      ],
    },
    input: (page) => page.getByLabel("Load from a file"),
    says: (page) => page.getByRole("alert"),
  },
  {
    name: "a file of a scenario",
    address: "./#/workbench",
    takes: {
      engine: "flink",
      pipeline: {
        window: { kind: "tumbling", size: "5 min", offset: 0 },
        aggregate: "count",
        watermark: { kind: "bounded", delay: "10 s", cadence: "per_event" },
        allowed_lateness: 0,
        trigger: { kind: "default" },
      },
      input: {
        steps: [
          { event: { id: "e1", key: "home", ts: "2021-01-01T00:00:00Z" } },
          { end: true },
        ],
      },
      sources: ["clicks"],
    },
    input: (page) => page.getByLabel("Open a scenario"),
    says: (page) => page.getByRole("alert"),
  },
  {
    name: "a file of a lesson",
    address: "./#/workbench",
    enter: (page) =>
      page
        .getByRole("tablist", { name: "Workbench" })
        .getByRole("tab", { name: "Lesson", exact: true })
        .click(),
    takes: {
      headwater: "lesson",
      version: 1,
      lesson: {
        slug: "own-1",
        title: "One",
        question: "Which?",
        minutes: 1,
        views: ["time-plane"],
        knobs: ["watermark.delay"],
        scenarios: {
          start: {
            engine: "flink",
            pipeline: {
              window: { kind: "tumbling", size: 300_000, offset: 0 },
              aggregate: "count",
              watermark: { kind: "bounded", delay: 10_000 },
            },
            input: {
              steps: [{ event: { id: "e1", key: "a", ts: 0 } }, { end: true }],
            },
          },
        },
        beats: [
          {
            id: "predict-1",
            title: "Say",
            do: {
              kind: "predict",
              ask: "How many?",
              answer: {
                kind: "numbers",
                blanks: [{ label: "late", measure: { of: "late" } }],
              },
            },
          },
          {
            id: "goal-1",
            title: "Do",
            do: {
              kind: "goal",
              say: "None.",
              when: { measure: { of: "late" }, is: ">", value: 0 },
              par: 1,
              hints: ["Wait."],
              solution: [{ knob: "watermark.delay", value: "1 min" }],
            },
          },
        ],
        cards: [{ id: "card-1", question: "Why?", answer: "So." }],
        say: "So.",
      },
      prose: { "predict-1": "Text." },
    },
    input: (page) => page.getByLabel("Open a lesson file"),
    says: (page) =>
      page.getByRole("alert").filter({ hasText: "not taken over" }),
  },
];

/** What nobody expects in a file of JSON. */
const values = [markup, "javascript:hacked=1", 1e308, -1, 0.5, null, [], {}];

type Place = readonly string[];

function* places(value: unknown, above: Place = []): Generator<Place> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield [...above, name];
    yield* places(inner, [...above, name]);
  }
}

/** The value with something else in a place; with `name`, something else for the name of the place. */
function changed(
  value: unknown,
  [key = "", ...rest]: Place,
  change: { value: unknown } | { name: string },
): unknown {
  const entries = Object.entries(value as object).map(([name, inner]) => {
    if (name !== key) return [name, inner];
    if (rest.length > 0) return [name, changed(inner, rest, change)];
    return "name" in change ? [change.name, inner] : [name, change.value];
  });
  return Array.isArray(value)
    ? entries.map(([, inner]) => inner)
    : Object.fromEntries(entries);
}

/** Texts that no door takes, each with what is wrong with it. */
const texts: readonly (readonly [what: string, text: string | Buffer])[] = [
  ["nothing", ""],
  ["no JSON", "<html><script>hacked=1</script>"],
  ["100,000 levels of lists", "[".repeat(100_000) + "]".repeat(100_000)],
  [
    "100,000 levels of objects",
    `${'{"lessons":'.repeat(100_000)}1${"}".repeat(100_000)}`,
  ],
  ["levels that never end", "[".repeat(1_000_000)],
  ["NaN", `{"version":NaN}`],
  ["a number without end", `{"version":1e999}`],
  ["a number of a million digits", `{"version":${"9".repeat(1_000_000)}}`],
  ["UTF-16", Buffer.from("\ufeff{}", "utf16le")],
  ["bytes that are no text", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])],
  ["zeros", Buffer.alloc(1_000)],
];

test.beforeEach(({}, { project }) =>
  test.skip(project.name === "phone", "the same code at any width"),
);

async function go(door: Door, page: Page): Promise<void> {
  await page.goto(door.address);
  await door.enter?.(page);
}

const give = (door: Door, page: Page, text: string | Buffer) =>
  door.input(page).setInputFiles({
    name: `${markup}.json`,
    mimeType: "application/json",
    buffer: Buffer.from(text),
  });

for (const door of doors)
  test.describe(door.name, () => {
    test("with something else in any place is taken or refused", async ({
      page,
      unharmed,
    }) => {
      test.setTimeout(300_000);
      await go(door, page);
      for (const place of places(door.takes)) {
        for (const value of values) {
          const file = changed(door.takes, place, { value });
          await give(door, page, JSON.stringify(file));
        }
        for (const name of [markup, "__proto__", "constructor"]) {
          const file = changed(door.takes, place, { name });
          await give(door, page, JSON.stringify(file));
        }
        await unharmed();
      }
    });

    test("that is no such file says so", async ({ page, unharmed }) => {
      test.setTimeout(300_000);
      await go(door, page);
      for (const [what, text] of texts) {
        await page.reload();
        await door.enter?.(page);
        await expect(door.says(page)).toHaveCount(0);
        await give(door, page, text);
        // Reading a scenario fetches the second module first.
        await expect(door.says(page), what).toBeVisible({ timeout: 30_000 });
        await unharmed();
      }
    });

    test("that would change what all objects share changes nothing", async ({
      page,
      unharmed,
    }) => {
      await go(door, page);
      const text = JSON.stringify(door.takes);
      for (const more of [
        `"__proto__":{"polluted":1},`,
        `"constructor":{"prototype":{"polluted":1}},`,
      ])
        await give(door, page, text.replaceAll("{", `{${more}`));
      await unharmed();
    });

    test("of 100 MB is refused before it is read", async ({
      page,
      unharmed,
    }) => {
      const folder = await mkdtemp(join(tmpdir(), "headwater-"));
      const path = join(folder, "large.json");
      const file = await open(path, "w");
      await file.truncate(100_000_000);
      await file.close();
      await go(door, page);
      const began = Date.now();
      await door.input(page).setInputFiles(path);
      await expect(door.says(page)).toContainText(/100(\.0)? MB/);
      expect(Date.now() - began).toBeLessThan(10_000);
      await unharmed();
      await rm(folder, { recursive: true });
    });
  });

test("links say what they do not mean, and nothing of them runs", async ({
  page,
  unharmed,
}) => {
  const much = encodeURIComponent(markup);
  for (const address of [
    `./#/${markup}`,
    `./#/lesson/${much}`,
    `./#/lesson/__proto__`,
    `./#/lesson/constructor`,
    `./#/workbench?s=${much}`,
    `./#/workbench?s=${"A".repeat(200_000)}&view=${much}&at=1e9`,
    `${clicks}?beat=${much}&view=${much}&at=${much}&v=${much}`,
    `${clicks}?beat=constructor&view=__proto__&at=999999999`,
    `${clicks}?beat=get-it-back&${much}=${much}&__proto__=1&constructor=2`,
    `${clicks}?beat=get-it-back&watermark.delay=${much}`,
    `${clicks}?beat=get-it-back&watermark.delay=999999999999999&window.size=1`,
    `${clicks}?beat=get-it-back&${"window.size=1&".repeat(10_000)}`,
    `./#${"%".repeat(1_000)}`,
  ]) {
    // Only the part after the # differs: a fresh page for each.
    await page.goto("about:blank");
    await page.goto(address);
    await expect(page.getByRole("main")).toBeVisible();
    await unharmed();
  }
});

test("a lesson with a script in every text is played as text", async ({
  page,
  unharmed,
}) => {
  test.setTimeout(120_000);
  const takes = doors.at(-1)?.takes as {
    lesson: { beats: { do: object }[] } & Record<string, unknown>;
  };
  const text = JSON.stringify(takes, (key, value: unknown) =>
    [
      "title",
      "question",
      "answer",
      "ask",
      "label",
      "say",
      "hints",
      "predict-1",
    ].includes(key)
      ? typeof value === "string"
        ? `${markup} [x](javascript:hacked=1) ![x](https://x.invalid/x.png) <${markup}>`
        : value
      : value,
  );
  await page.goto("./#/lesson-file");
  await page.getByLabel("Open a lesson file").setInputFiles({
    name: "lesson.json",
    mimeType: "application/json",
    buffer: Buffer.from(text),
  });
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<img");
  await expect(page.getByRole("main")).toContainText(
    "[x](javascript:hacked=1)",
  );
  await unharmed();
  await page.getByRole("spinbutton").first().fill("7");
  await page.getByRole("button", { name: "Check" }).click();
  await unharmed();
  await page.getByRole("button", { name: /^Continue/ }).click();
  await page.getByRole("button", { name: "Hint" }).click();
  await unharmed();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(/<img/);
  await page.getByRole("button", { name: "Preview" }).click();
  await unharmed();
});

test("stored data is set aside, and nothing of it runs", async ({
  page,
  unharmed,
}) => {
  for (const text of [
    markup,
    JSON.stringify({ version: 2, lessons: { [markup]: { done: [markup] } } }),
    `{"__proto__":{"polluted":1},"lessons":{"__proto__":{"done":["a"]}}}`,
    "[".repeat(100_000),
  ]) {
    await page.goto("./#/data");
    await page.evaluate((text) => {
      localStorage.setItem("headwater.progress.2", text);
      localStorage.setItem("headwater.theme", text);
      localStorage.setItem("headwater.device", text);
    }, text);
    await page.reload();
    await expect(page.getByRole("alert")).toContainText("set aside");
    await unharmed();
  }
});
