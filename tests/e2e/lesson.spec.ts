import {
  clicks,
  expect,
  fitsAcross,
  knob,
  rows,
  slider,
  standsAt,
  table,
  test,
  view,
  withoutViolations,
} from "./lab";

/** The beat in which nothing waits. */
const goal = `${clicks}?beat=get-it-back`;

test.describe("a lesson", () => {
  test("is found, opened, answered and stepped to its end with the keyboard alone", async ({
    page,
  }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto("./");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.keyboard.press("/");
    await page.keyboard.type("printout");
    await page.keyboard.press("Enter");
    await expect(
      page.getByRole("heading", {
        level: 1,
        name: "The printout that cannot be right",
      }),
    ).toBeVisible();
    await standsAt(page, 0);

    const first = page.getByLabel("home in [00:00, 00:05)");
    for (
      let i = 0;
      i < 60 && !(await first.evaluate((e) => e === document.activeElement));
      i++
    )
      await page.keyboard.press("Tab");
    for (const number of ["3", "1", "1", "0"]) {
      await page.keyboard.type(number);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await expect(page.getByRole("status", { name: "Verdict" })).toContainText(
      "Right",
    );
    await slider(page).evaluate((element) => element.blur());
    await standsAt(page, 0);

    for (let step = 1; step <= 7; step++) {
      await page.keyboard.press("ArrowRight");
      await standsAt(page, step);
    }
    expect(await rows(page, "Emitted results")).toEqual([
      ["step 7", "checkout", "[00:00, 00:05)", "1"],
      ["step 7", "home", "[00:00, 00:05)", "3"],
      ["step 7", "products", "[00:00, 00:05)", "1"],
    ]);
    expect(await rows(page, "Late events")).toEqual([
      ["e6", "23:59:50", "14.999 s"],
    ]);
  });

  test("holds nothing back from who steps before answering", async ({
    page,
  }) => {
    await page.goto(clicks);
    await standsAt(page, 0);
    for (let step = 1; step <= 7; step++) {
      await page.keyboard.press("ArrowRight");
      await standsAt(page, step);
    }
    expect(await rows(page, "Emitted results")).toHaveLength(3);
  });

  test("seeks both ways, by key and by slider, and always shows the same", async ({
    page,
  }) => {
    await page.goto(goal);
    await slider(page).focus();
    await page.keyboard.press("End");
    await standsAt(page, 7);
    const atEnd = await rows(page, "Windows");
    await page.keyboard.press("Home");
    await standsAt(page, 0);
    expect(await rows(page, "Windows")).toEqual([]);
    await page.keyboard.press("ArrowRight");
    await standsAt(page, 1);

    await slider(page).evaluate((element) => element.blur());
    await page.keyboard.press("Shift+ArrowRight");
    await standsAt(page, 7);
    expect(await rows(page, "Windows")).toEqual(atEnd);
    await page.keyboard.press("ArrowLeft");
    await standsAt(page, 6);
    await slider(page).fill("3");
    await standsAt(page, 3);
    await page.getByRole("button", { name: "First step" }).click();
    await standsAt(page, 0);
    await page.getByRole("button", { name: "Last step", exact: true }).click();
    await standsAt(page, 7);
    await page.getByRole("button", { name: "Step back" }).click();
    await standsAt(page, 6);
  });

  test("plays to its end and stops there", async ({ page }) => {
    await page.goto(`${goal}&at=0`);
    await page.getByRole("combobox", { name: "Speed" }).selectOption("20×");
    await slider(page).evaluate((element) => element.blur());
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await standsAt(page, 7);
    await expect(
      page.getByRole("button", { name: "Play", exact: true }),
    ).toBeVisible();
  });

  test("is simulated again at once when a knob is turned, with the playhead where it was", async ({
    page,
  }) => {
    await page.goto(`${goal}&at=6`);
    await expect(table(page, "Late events").getByText("e6")).toBeVisible();
    const delay = knob(page, "Watermark delay");
    await delay.fill("30 s");
    await expect(table(page, "Late events").getByText("e6")).toHaveCount(0);
    await standsAt(page, 6);

    await delay.press("Escape");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(table(page, "Late events").getByText("e6")).toBeVisible();
    await expect(delay).toHaveValue("10 s");
    await page.getByRole("button", { name: "Redo" }).click();
    await expect(delay).toHaveValue("30 s");
    await standsAt(page, 6);

    await delay.focus();
    await page.keyboard.press("ArrowDown");
    await expect(delay).not.toHaveValue("30 s");
    await standsAt(page, 6);
  });

  test("says what is wrong with a value that cannot be, and stays as it was", async ({
    page,
  }) => {
    await page.goto(`${goal}&at=6`);
    const delay = knob(page, "Watermark delay");
    await delay.fill("5 parsecs");
    await delay.press("Enter");
    await expect(
      page.getByRole("group", { name: "Pipeline" }).getByRole("alert"),
    ).toBeVisible();
    await expect(table(page, "Late events").getByText("e6")).toBeVisible();
    await delay.press("Escape");
    await expect(delay).toHaveValue("10 s");
  });

  test("leaves a field its own keys", async ({ page }) => {
    await page.goto(`${goal}&at=3`);
    await knob(page, "Watermark delay").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("u/?");
    await standsAt(page, 3);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await view(page, "Time plane").focus();
    await page.keyboard.press("ArrowRight");
    await expect(view(page, "Windows")).toHaveAttribute(
      "aria-selected",
      "true",
    );
    await standsAt(page, 3);
  });

  test("waits for a prediction, and shows a wrong one the right answer with its reason", async ({
    page,
  }) => {
    await page.goto(`${clicks}?beat=where-it-stood`);
    await standsAt(page, 4);
    await page.getByRole("button", { name: "Last step", exact: true }).click();
    await standsAt(page, 4);
    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByLabel("00:00:05.000").check();
    await form.getByRole("button", { name: "Check" }).click();
    const verdict = form.getByRole("status", { name: "Verdict" });
    await expect(verdict).toContainText("00:00:04.999");
    await expect(verdict).toContainText("One millisecond too high");
    await standsAt(page, 5);
    await page.getByRole("button", { name: "Last step", exact: true }).click();
    await standsAt(page, 7);
  });

  test("shows the question that waits when Play gets there", async ({
    page,
  }) => {
    await page.goto("./#/lesson/two-clocks");
    const question = page.getByRole("form", { name: "Prediction" });
    await expect(question).toBeVisible();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect(question).toBeInViewport();
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "waits for your prediction",
    );
  });

  test("has a goal that is reached by turning a knob, with hints and a solution", async ({
    page,
  }) => {
    await page.goto(goal);
    const status = page.getByRole("status", { name: "Goal" });
    await expect(status).toContainText("late events = 0");
    await expect(status).not.toContainText("Reached");
    await page.getByRole("button", { name: "Hint" }).click();
    await expect(
      page.getByRole("list", { name: "Hints" }).getByRole("listitem"),
    ).toHaveCount(1);
    await knob(page, "Watermark delay").fill("30 s");
    await expect(status).toContainText("Reached with 1 change");

    await page.getByRole("button", { name: "Reset lesson" }).click();
    await expect(page.getByRole("form", { name: "Prediction" })).toBeVisible();
    await page.goto(`${goal}&at=1`);
    await page.getByRole("button", { name: "Show solution" }).click();
    await expect(status).toContainText("Reached");
    await standsAt(page, 1);
  });

  test("explains a step when asked, jumps to what led to it, and gives the focus back", async ({
    page,
  }) => {
    await page.goto(`${goal}&at=6`);
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "e6 is late and dropped",
    );
    const why = page.getByRole("button", { name: "Why?", exact: true });
    await why.focus();
    await page.keyboard.press("Enter");
    const answer = page.getByRole("region", { name: /^Why\?/ });
    await expect(answer).toContainText("00:00:04.999");
    await withoutViolations(page);
    await answer
      .getByRole("button", { name: "5", exact: true })
      .first()
      .click();
    await standsAt(page, 5);
    await answer.getByRole("heading", { level: 2 }).focus();
    await page.keyboard.press("Escape");
    await expect(answer).toHaveCount(0);
    await expect(why).toBeFocused();

    await table(page, "Windows").getByRole("button").first().click();
    await expect(answer).toBeVisible();
  });

  test("lets an event be dragged where it offers that, and undoes it as one change", async ({
    page,
  }) => {
    await page.goto("./#/lesson/two-clocks?beat=out-of-order&view=time-plane");
    const arrives = knob(page, "e3 arrives at");
    const before = await arrives.inputValue();
    const grip = page.getByTitle("Drag e3");
    await grip.scrollIntoViewIfNeeded();
    const box = await grip.boundingBox();
    if (!box) throw new Error("the grip is not on screen");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 20, { steps: 4 });
    await page.mouse.move(x, y - 40, { steps: 4 });
    await page.mouse.up();
    await expect(arrives).not.toHaveValue(before);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(arrives).toHaveValue(before);
    await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
  });

  test("refutes a published claim by running it", async ({ page }) => {
    await page.goto(`${clicks}?beat=two-visits`);
    await page.getByRole("button", { name: "It is wrong" }).click();
    await expect(page.getByRole("status", { name: "Verdict" })).toContainText(
      "measures 3",
    );
  });

  test("shows the same link at the same state in a fresh browser", async ({
    page,
    browser,
    context,
    baseURL,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(goal);
    await knob(page, "Watermark delay").fill("20 s");
    await knob(page, "Allowed lateness").fill("1 min");
    await slider(page).fill("5");
    await view(page, "Results").click();
    await page.getByRole("button", { name: "Share" }).click();
    await expect(page.getByText("Link copied")).toBeVisible();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link.slice((baseURL ?? "").length).length).toBeLessThan(200);
    const here = await rows(page, "Windows");

    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await standsAt(other, 5);
    await expect(view(other, "Results")).toHaveAttribute(
      "aria-selected",
      "true",
    );
    await expect(knob(other, "Watermark delay")).toHaveValue("20 s");
    await expect(knob(other, "Allowed lateness")).toHaveValue("1 min");
    expect(await rows(other, "Windows")).toEqual(here);
    await other.context().close();
  });

  test("offers the link to be copied by hand where the clipboard is closed", async ({
    page,
  }) => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    await page.goto(`${goal}&at=2`);
    await page.getByRole("button", { name: "Share" }).click();
    const dialog = page.getByRole("dialog", { name: "Share" });
    await expect(dialog.getByRole("textbox")).toHaveValue(
      /#\/lesson\/clicks-in-five-minutes\?.*at=2/,
    );
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  });

  test("opened with a link that sets the impossible says so and stands as it starts", async ({
    page,
  }) => {
    await page.goto(`${goal}&watermark.delay=soon`);
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "The link sets something",
    );
    await expect(knob(page, "Watermark delay")).toHaveValue("10 s");
  });

  test("opens its help and its search by key, and they close by Escape", async ({
    page,
  }) => {
    await page.goto(goal);
    await expect(page.getByRole("region", { name: "Inspector" })).toBeVisible();
    await page.keyboard.press("?");
    await expect(
      page.getByRole("dialog", { name: "How the lab works" }),
    ).toBeVisible();
    await withoutViolations(page);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.keyboard.press("/");
    const find = page.getByRole("dialog", { name: "Find a lesson" });
    await expect(find.getByRole("searchbox")).toBeFocused();
    await withoutViolations(page);
    await page.keyboard.press("Escape");
    await expect(find).toHaveCount(0);
  });

  test("has no accessibility violations while it waits for an answer, and fits in every view", async ({
    page,
  }) => {
    await page.goto(`${goal}&at=6`);
    for (const name of [
      "Time plane",
      "Windows",
      "State",
      "Results",
      "Charts",
    ]) {
      await view(page, name).click();
      await expect(page.getByRole("tabpanel", { name })).toBeVisible();
      await fitsAcross(page);
    }
    await page.getByText("All events").click();
    await expect(table(page, "Events")).toBeVisible();
    await withoutViolations(page);
    await page.goto(clicks);
    await expect(page.getByRole("form", { name: "Prediction" })).toBeVisible();
    await withoutViolations(page);
  });
});
