// A teacher builds a lesson at the workbench and gives it away as one file; a learner plays it.
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import {
  expect,
  fitsAcross,
  knob,
  panel,
  slider,
  standsAt,
  test,
  withoutViolations,
} from "./lab";

const bench = "./#/workbench";

const check = (page: Page) => page.getByRole("status", { name: "Check" });

const beat = (page: Page, name: string) =>
  page.getByRole("group", { name, exact: true });

const add = (page: Page, kind: string) =>
  page
    .getByRole("group", { name: "Add a beat" })
    .getByRole("button", { name: kind });

const fill = (within: Page | Locator, label: string, text: string) =>
  within.getByLabel(label, { exact: true }).fill(text);

/** The bytes of a file that a press saves. */
async function saved(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const download = page.waitForEvent("download");
  await press();
  const file = await download;
  expect(file.suggestedFilename()).toBe("late-orders.headwater-lesson.json");
  return readFile(await file.path());
}

/** Twelve orders, of which the last one is late. */
async function build(page: Page): Promise<void> {
  await page.goto(bench);
  await panel(page, "Lesson").click();
  await page.getByRole("button", { name: "Start a lesson" }).click();
  await fill(page, "Title", "Late orders");
  await fill(page, "The one question it answers", "What is late?");
  await fill(
    page,
    "The sentence to say at the end",
    "Late is behind the watermark.",
  );

  const look = beat(page, "Beat 1: Observe");
  await fill(look, "Text, in Markdown", "Watch [the end](step:12) come.");
  await page.getByRole("button", { name: "Step forward" }).click();
  await page.getByRole("button", { name: "Step forward" }).click();
  await look
    .getByRole("button", { name: /^Done once.*: use this step$/ })
    .click();
  await expect(
    look.getByRole("spinbutton", { name: /^Done once/ }),
  ).toHaveValue("2");

  await add(page, "Predict").click();
  const predict = beat(page, "Beat 2: Predict");
  await expect(predict.getByLabel("Heading")).toBeFocused();
  await fill(predict, "Heading", "How many");
  await fill(predict, "Text, in Markdown", "Count *before* you run it.");
  await fill(predict, "Question", "How many orders are late?");
  await fill(predict, "The transport waits before step", "3");
  await fill(predict, "Number 1 is called", "late orders");
  await predict
    .getByLabel("Number 1 is", { exact: true })
    .selectOption("Late events");
  await expect(predict.getByText("The simulation says: 1")).toBeVisible();

  await add(page, "Goal").click();
  const goal = beat(page, "Beat 3: Goal");
  await fill(goal, "Heading", "Lose none");
  await fill(
    goal,
    "Text, in Markdown",
    "Turn the [delay](knob:watermark.delay).",
  );
  await fill(goal, "What is to be reached, in a sentence", "No order is late.");
  await expect(goal.getByText("measured 1")).toBeVisible();
  await fill(goal, "Hint 1", "Wait longer.");
  await panel(page, "Pipeline").click();
  await knob(page, "Watermark delay").fill("10 min");
  await knob(page, "Watermark delay").press("Enter");
  await panel(page, "Lesson").click();
  await goal
    .getByRole("button", { name: "Use the settings now on the stage" })
    .click();
  await expect(goal.getByText("Watermark delay: 10 min")).toBeVisible();
  await expect(goal.getByText("With the solution this holds")).toBeVisible();
  await expect(goal.getByRole("spinbutton", { name: /^Par/ })).toHaveValue("1");

  await page.getByRole("button", { name: /^4 Say it/ }).click();
  const cards = beat(page, "Beat 4: Interview questions");
  await fill(cards, "Question 1", "When is an event late?");
  await fill(cards, "Answer 1", "When the watermark has passed its window.");
  await expect(check(page)).toHaveText("This lesson holds together.");
}

test("a lesson is built, tried, saved and opened again, and is the same", async ({
  page,
}) => {
  test.slow();
  await build(page);
  await fitsAcross(page);

  // As its learner has it, and back.
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(
    page.getByRole("heading", { name: "Late orders", level: 1 }),
  ).toBeVisible();
  await page.getByRole("button", { name: "the end" }).click();
  await standsAt(page, 12);
  await page.reload();
  await expect(page.getByText("Watch the end come.")).toBeVisible();
  await page.getByRole("link", { name: "Back to the builder" }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(
    "Late orders",
  );
  await expect(check(page)).toHaveText("This lesson holds together.");

  const press = () =>
    page.getByRole("button", { name: "Save as a file" }).click();
  const first = await saved(page, press);
  await fill(page, "Title", "");
  await expect(check(page)).toContainText("to do");
  await page.getByLabel("Open a lesson file").setInputFiles({
    name: "mine.json",
    mimeType: "application/json",
    buffer: first,
  });
  await expect(check(page)).toHaveText("This lesson holds together.");
  expect((await saved(page, press)).equals(first)).toBe(true);
  await page.getByRole("button", { name: "Undo edit" }).click();
  await expect(check(page)).toContainText("to do");
});

test("whoever gets the file plays it like any lesson, and can go on building it", async ({
  page,
  browser,
}) => {
  test.slow();
  await build(page);
  const buffer = await saved(page, () =>
    page.getByRole("button", { name: "Save as a file" }).click(),
  );
  const other = await browser.newContext();
  const learner = await other.newPage();
  await learner.goto(bench);
  await learner
    .getByLabel("Open a scenario")
    .setInputFiles({ name: "late.json", mimeType: "application/json", buffer });
  await expect(
    learner.getByRole("heading", { name: "Late orders", level: 1 }),
  ).toBeVisible();
  await learner.getByRole("button", { name: "Last step" }).click();
  await learner.getByRole("button", { name: "Continue: How many" }).click();
  const form = learner.getByRole("form", { name: "Prediction" });
  await form.getByLabel("late orders").fill("0");
  await form.getByRole("button", { name: "Check" }).click();
  await expect(form.getByRole("status", { name: "Verdict" })).toContainText(
    "Not quite",
  );
  await learner.getByRole("button", { name: "Continue: Lose none" }).click();
  await learner.getByRole("button", { name: "delay", exact: true }).click();
  await expect(knob(learner, "Watermark delay")).toBeFocused();
  await learner.getByRole("button", { name: "Show solution" }).click();
  await expect(learner.getByRole("status", { name: "Goal" })).toContainText(
    "Reached",
  );
  // A reload keeps it, and what was done of it.
  await learner.reload();
  await expect(
    learner.getByRole("button", { name: /How many.*done/ }),
  ).toBeVisible();
  await learner.goto("./#/lesson-file");
  await learner.getByRole("link", { name: "Late orders" }).click();
  await learner.getByRole("button", { name: "Edit", exact: true }).click();
  await expect(learner.getByLabel("Title", { exact: true })).toHaveValue(
    "Late orders",
  );
  await expect(slider(learner)).toHaveAttribute("aria-valuetext", /of 12$/);

  // So small a lesson fits into a link; without leave to write to the clipboard it stands there to be copied.
  await page.evaluate(() =>
    Object.defineProperty(navigator, "clipboard", {
      value: { writeText: () => Promise.reject(new Error("no")) },
    }),
  );
  await page.getByRole("button", { name: "Copy a link" }).click();
  const link = await page.getByLabel("Copy it and give it away.").inputValue();
  expect(link.length).toBeLessThan(4_000);
  await learner.evaluate(() => localStorage.clear());
  await learner.goto("about:blank");
  await learner.goto(link);
  await expect(
    learner.getByRole("heading", { name: "Late orders", level: 1 }),
  ).toBeVisible();
  await expect(learner).toHaveURL(/#\/lesson-file\/own-/);
  await learner.goto("about:blank");
  await learner.goto(link.slice(0, -40));
  await expect(learner.getByRole("alert")).toContainText("cut off");
  await other.close();
});

test("a problem leads to its field, and beats are moved by keyboard and brought back", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Lesson").click();
  await page.getByRole("button", { name: "Start a lesson" }).click();
  await add(page, "Predict").press("Enter");
  const todo = page.getByRole("list", { name: "To do" });
  await page.getByRole("button", { name: "All", exact: false }).first().click();
  await todo
    .getByRole("button", { name: "Beat 2, question: is empty" })
    .press("Enter");
  await expect(page.getByLabel("Question", { exact: true })).toBeFocused();
  const beats = page.getByRole("list", { name: "Beats of the lesson" });
  const titles = beats.getByRole("button", { expanded: true });
  await expect(titles).toContainText("2");
  await page.getByRole("button", { name: "Move beat 2 up" }).press("Enter");
  await expect(titles).toContainText("1");
  await expect(
    page.getByRole("button", { name: "Move beat 1 down" }),
  ).toBeFocused();
  await page.getByRole("button", { name: "Remove beat 1" }).press("Enter");
  await expect(beats.locator("> li")).toHaveCount(2);
  await page.getByRole("button", { name: "Undo edit" }).click();
  await expect(beats.locator("> li")).toHaveCount(3);
  // It is there after a reload, too.
  await page.waitForTimeout(600);
  await page.reload();
  await expect(beats.locator("> li")).toHaveCount(3);
  await withoutViolations(page);
  await fitsAcross(page);
});

test("a prediction can be answered in every form, each with its truth", async ({
  page,
}, info) => {
  test.skip(info.project.name === "phone", "the same fields at any width");
  await page.goto(bench);
  await panel(page, "Lesson").click();
  await page.getByRole("button", { name: "Start a lesson" }).click();
  await add(page, "Predict").click();
  const form = beat(page, "Beat 2: Predict");
  const answered = form.getByLabel("Answered by");
  await answered.selectOption("One of several answers");
  await form
    .getByLabel("Option 1 is right where: compared with")
    .first()
    .fill("1");
  await form
    .getByLabel("Option 1 is right where: compared with")
    .first()
    .press("Tab");
  await expect(form.getByText("2 of its options hold")).toBeVisible();
  await form
    .getByLabel("Option 2 is right where: compared with")
    .first()
    .fill("1");
  await form
    .getByLabel("Option 2 is right where: compared with")
    .first()
    .press("Tab");
  await expect(form.getByText("Right: measured 1")).toHaveCount(1);
  await expect(form.getByText("Wrong: measured 1")).toHaveCount(1);
  await form
    .getByRole("button", { name: "Option 1 is right where: and another" })
    .click();
  await form
    .getByLabel("Option 1 is right where: how many hold")
    .selectOption("At least one of these holds");
  await expect(
    form.getByText(/Right: measured 1 of 2|Wrong: measured 1 of 2/),
  ).toHaveCount(1);

  await answered.selectOption("Pick the events");
  await expect(form.getByText(/^Those are: \S/)).toBeVisible();
  await answered.selectOption("Pick the windows");
  await expect(form.getByText(/^Those are: \S/)).toBeVisible();
  await answered.selectOption("Put in order");
  await expect(form.getByText("are in the same place")).toBeVisible();
  await answered.selectOption("Sort into classes");
  await expect(form.getByText(/^The simulation says: \S/)).toBeVisible();

  // Of sessions windows are picked by their ends; a wrong pick is named, and what is said to it is written.
  await panel(page, "Pipeline").click();
  await knob(page, "Window").selectOption("session");
  await panel(page, "Lesson").click();
  await page.getByText("Scenarios", { exact: true }).click();
  await page
    .getByRole("button", { name: "Replace start by what is on the stage" })
    .click();
  await answered.selectOption("Pick the windows");
  await expect(
    form.getByText("picks each session by its first and its last event"),
  ).toBeVisible();
  await expect(form.getByText(/^Those are: .* \[/)).toBeVisible();
  await form.getByText("Wrong answers worth a word (0)").click();
  await form.getByRole("button", { name: "Add a wrong answer" }).click();
  const pick = form.getByLabel("Wrong answer 1", { exact: true });
  await pick.fill("e1 to nowhere");
  await pick.press("Tab");
  await expect(
    form.getByText("there is no session e1 to nowhere"),
  ).toBeVisible();
  await expect(
    page
      .getByRole("list", { name: "To do" })
      .getByText("Beat 2, answer 1, what is said: is empty"),
  ).toBeVisible();
  await pick.fill("e1 alone");
  await pick.press("Tab");
  await fill(form, "Said to wrong answer 1", "The gap is longer.");
  await fill(
    form,
    "The mix-up behind wrong answer 1, as scores call it",
    "gap-too-short",
  );
  await expect(form.getByText("there is no session")).toHaveCount(0);
  await expect(
    page.getByRole("list", { name: "To do" }).getByText("answer 1"),
  ).toHaveCount(0);
});

test("a scenario is called otherwise wherever it is named, by keyboard", async ({
  page,
}) => {
  await page.goto(bench);
  await panel(page, "Lesson").click();
  await page.getByRole("button", { name: "Start a lesson" }).click();
  await page.getByText("Scenarios", { exact: true }).click();
  await page
    .getByRole("button", { name: "Add what is on the stage as another" })
    .click();
  const look = beat(page, "Beat 1: Observe");
  await look.getByText("Where it begins").click();
  const about = look.getByLabel("The scenario it is about");
  await about.selectOption("scenario-2");
  const name = page.getByLabel("Name of the scenario scenario-2");
  await name.fill("Two words");
  await name.press("Enter");
  await expect(page.getByRole("alert")).toContainText("is no name");
  await expect(about).toHaveValue("scenario-2");
  await name.fill("crowded");
  await name.press("Enter");
  await expect(about).toHaveValue("crowded");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByLabel("Name of the scenario crowded")).toBeVisible();
  await fitsAcross(page);
  await page.getByRole("button", { name: "Undo edit" }).click();
  await expect(about).toHaveValue("scenario-2");
});
