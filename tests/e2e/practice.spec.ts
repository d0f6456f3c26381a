import {
  clicks,
  expect,
  fitsAcross,
  rows,
  slider,
  standsAt,
  table,
  test,
  withoutViolations,
} from "./lab";

/** The beat in which nothing waits. */
const free = `${clicks}?beat=get-it-back`;
const marks = "Marks on the timeline";
/** A link to a comparison fetches the core's second module first. */
const fetched = { timeout: 30_000 };

test.describe("the transport", () => {
  test("steps from one emission to the next, and back, by its buttons and by the arrow keys", async ({
    page,
  }) => {
    await page.goto(`${free}&at=0`);
    const by = page.getByRole("combobox", { name: "Step by" });
    await by.selectOption("emission");
    await page.getByRole("button", { name: "Step forward" }).click();
    await standsAt(page, 7);
    await page.getByRole("button", { name: "Step back" }).click();
    await standsAt(page, 0);
    await by.selectOption("watermark");
    await by.evaluate((element) => element.blur());
    await page.keyboard.press("ArrowRight");
    const first = await slider(page).inputValue();
    await page.keyboard.press("ArrowRight");
    expect(Number(await slider(page).inputValue())).toBeGreaterThan(
      Number(first),
    );
    await by.selectOption("step");
    await page.getByRole("button", { name: "First step" }).click();
    await page.getByRole("button", { name: "Step forward" }).click();
    await standsAt(page, 1);
  });

  test("jumps to the next of a kind by key and by its list, which says in words what the marks say", async ({
    page,
  }) => {
    await page.goto(`${free}&at=0`);
    await standsAt(page, 0);
    await page.keyboard.press("d");
    await standsAt(page, 6);
    await page.keyboard.press("f");
    await standsAt(page, 7);
    await page.keyboard.press("Shift+D");
    await standsAt(page, 6);
    await page.keyboard.press("d");
    await standsAt(page, 6);
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "There is no further drop",
    );

    await page.getByRole("button", { name: "Marks" }).click();
    const list = page.getByRole("dialog", { name: marks });
    await expect(table(page, "Timeline")).toBeVisible();
    const told = await rows(page, "Timeline");
    expect(told.map((row) => row.slice(0, 3))).toContainEqual([
      "drops",
      "1",
      "6",
    ]);
    await withoutViolations(page);
    await fitsAcross(page);
    await list.getByRole("button", { name: "Next firing" }).click();
    await standsAt(page, 7);
    await expect(
      list.getByRole("button", { name: "Next firing" }),
    ).toBeDisabled();
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
    await expect(page.getByRole("button", { name: "Marks" })).toBeFocused();
  });

  test("gives nothing away that waits for a prediction", async ({ page }) => {
    await page.goto(`${clicks}?beat=where-it-stood`);
    await standsAt(page, 4);
    await page.getByRole("button", { name: "Marks" }).click();
    await expect(table(page, "Timeline")).toBeVisible();
    const told = await rows(page, "Timeline");
    expect(told.map((row) => row.slice(0, 3))).toContainEqual([
      "drops",
      "0",
      "",
    ]);
    await page.getByRole("button", { name: "Next drop" }).click();
    await standsAt(page, 4);
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "waits for your prediction",
    );
  });

  test("knows a cluster's kinds: it goes from checkpoint to crash", async ({
    page,
  }) => {
    await page.goto("./#/lesson/crash-and-replay?beat=how-often&at=0");
    const by = page.getByRole("combobox", { name: "Step by" });
    await by.selectOption("checkpoint");
    await page.getByRole("button", { name: "Step forward" }).click();
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      /checkpoint/i,
    );
    await page.getByRole("button", { name: "Marks" }).click();
    await expect(
      page.getByRole("button", { name: "Next crash" }),
    ).toBeVisible();
    await withoutViolations(page);
  });
});

test.describe("a prediction", () => {
  test("has windows picked on the plane and in its list, and compares a wrong answer with what happened", async ({
    page,
  }) => {
    await page.goto("./#/lesson/panes?beat=who-has-spoken");
    const form = page.getByRole("form", { name: "Prediction" });
    const stage = page.getByRole("region", { name: "Stage" });
    const last = stage.getByRole("button", { name: "Pick [12:04, 12:06)" });
    await last.focus();
    await page.keyboard.press("Enter");
    await expect(last).toHaveAttribute("aria-pressed", "true");
    await expect(form.getByLabel("[12:04, 12:06)")).toBeChecked();
    await form.getByLabel("[12:00, 12:02)").check();
    await expect(
      stage.getByRole("button", { name: "Pick [12:00, 12:02)" }),
    ).toHaveAttribute("aria-pressed", "true");
    await withoutViolations(page);
    await form.getByRole("button", { name: "Check" }).click();
    const verdict = form.getByRole("status", { name: "Verdict" });
    await expect(verdict).toBeFocused();
    await expect(verdict).toContainText(
      /You said\s*\[12:00, 12:02\), \[12:04, 12:06\)/,
    );
    await expect(verdict).toContainText(
      /The simulation\s*\[12:00, 12:02\), \[12:02, 12:04\)/,
    );
    await expect(verdict).toContainText("a minute later the timer fired");
    // Committed: nothing changes any more.
    await expect(last).toBeDisabled();
    await expect(form.getByLabel("[12:04, 12:06)")).toBeDisabled();
    await withoutViolations(page);
    await fitsAcross(page);
    await verdict.getByRole("button", { name: "The whole answer" }).click();
    await expect(page.getByRole("region", { name: /^Why\?/ })).toBeVisible();
  });

  test("has sessions picked by their first and last event, on the plane and in its list, and shows none before", async ({
    page,
  }) => {
    await page.goto("./#/lesson/panes?beat=sessions");
    const form = page.getByRole("form", { name: "Prediction" });
    const stage = page.getByRole("region", { name: "Stage" });
    const picked = form.getByRole("status", { name: "Sessions" });
    const mark = (id: string) =>
      stage.getByRole("button", { name: new RegExp(`^${id}, key red`) });
    await mark("e1").press("Enter");
    await expect(picked).toHaveText("e1 is one end: now the other.");
    for (const _ of ["e2", "e3", "e4"]) await page.keyboard.press("ArrowDown");
    await mark("e4").press("Enter");
    await expect(picked).toHaveText("e1 to e4");
    const events = form.getByRole("group", { name: "Events of red" });
    for (const _ of ["first", "last"])
      await events.getByRole("button", { name: /^e7/ }).click();
    await expect(picked).toHaveText("e1 to e4, e7 alone");
    // Which sessions there are is what is asked: the plane has no windows yet.
    await expect(stage.getByText("12:05:19")).toHaveCount(0);
    await withoutViolations(page);
    await fitsAcross(page);
    await form.getByRole("button", { name: "Check" }).click();
    const verdict = form.getByRole("status", { name: "Verdict" });
    await expect(verdict).toContainText(/You said\s*e1 to e4, e7 alone/);
    await expect(verdict).toContainText(
      /The simulation\s*e1 to e4 \[12:00:26, 12:05:19\), e6 to e9 \[12:06:39, 12:08:46\)/,
    );
    await expect(verdict).toContainText("goes by event time");
    await expect(events).toHaveCount(0);

    await form.getByRole("button", { name: "Try again" }).click();
    await mark("e4").focus();
    for (const id of ["e4", "e1", "e6", "e9"]) {
      while (!(await mark(id).isVisible()))
        await page.keyboard.press(id === "e1" ? "ArrowUp" : "ArrowDown");
      const { x, y, width, height } = (await mark(id).boundingBox()) ?? {
        x: 0,
        y: 0,
        width: 0,
        height: 0,
      };
      await page.mouse.click(x + width / 2, y + height / 2);
      await mark(id).focus();
    }
    await expect(picked).toHaveText("e1 to e4, e6 to e9");
    await stage.getByRole("button", { name: "Take out e6 to e9" }).click();
    await expect(picked).toHaveText("e1 to e4");
    for (const id of ["e9", "e6"])
      await events.getByRole("button", { name: new RegExp(`^${id}`) }).click();
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form).toContainText("Right.");
  });

  test("is answered once more for practice, and the first answer is the one that counts", async ({
    page,
  }) => {
    await page.goto("./#/lesson/panes?beat=who-has-spoken");
    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form).toContainText("Not quite");
    await form.getByRole("button", { name: "Try again" }).click();
    await form.getByLabel("[12:00, 12:02)").check();
    await form.getByLabel("[12:02, 12:04)").check();
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form).toContainText("Right.");
    await expect(form.getByRole("button", { name: "Try again" })).toHaveCount(
      0,
    );
    await page.goto("./#/");
    await expect(
      page
        .getByRole("region", { name: "What you know so far" })
        .getByRole("link", { name: /Panes and output modes/ }),
    ).toContainText("0 of 1 right");
  });

  test("has things put in order with the keyboard alone, and by pointer", async ({
    page,
  }) => {
    await page.goto("./#/lesson/hot-key-salting?beat=more-is-not-better");
    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByRole("button", { name: "Move 64 salts up" }).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("Enter");
    // At the top it can go no higher: the focus stays with it.
    await expect(
      form.getByRole("button", { name: "Move 64 salts down" }),
    ).toBeFocused();
    await form.getByRole("button", { name: "Move 4 salts down" }).click();
    await form.getByRole("button", { name: "Move 4 salts down" }).click();
    const items = form.getByRole("listitem");
    await expect(items).toContainText(["64", "15", "8", "4"]);
    // Drag 15 below 8.
    const [from, to] = [
      await items.nth(1).boundingBox(),
      await items.nth(2).boundingBox(),
    ];
    if (!from || !to) throw new Error("the things are not on screen");
    await page.mouse.move(from.x + 40, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + to.height / 2, { steps: 5 });
    await page.mouse.up();
    await expect(items).toContainText(["64", "8", "15", "4"]);
    await withoutViolations(page);
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form.getByRole("status", { name: "Verdict" })).toContainText(
      "Right",
    );
  });

  test("tells at the lesson's end what was mixed up", async ({ page }) => {
    await page.goto("./#/lesson/one-millisecond?beat=half-open");
    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByLabel("c", { exact: true }).check();
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form).toContainText("10:05:00 is the end");
    await page.getByRole("button", { name: /^8\. .*interview/ }).click();
    const mixed = page.getByRole("region", { name: "What you mixed up" });
    await expect(mixed).toContainText("1 of 1");
    await expect(mixed).toContainText("10:05:00 is the end");
    await mixed.getByRole("button", { name: "Both ends of a window" }).click();
    await expect(form).toContainText("Not quite");
  });
});

test.describe("comparing", () => {
  test("a cluster: two runs on one playhead, with the figures that differ", async ({
    page,
  }) => {
    await page.goto("./#/lesson/crash-and-replay?beat=how-often&at=20");
    await page.getByRole("button", { name: "Compare" }).click();
    const compare = page.getByRole("region", { name: "Compare" });
    const difference = compare.getByRole("status", { name: "Difference" });
    await expect(difference).toContainText(/^None of \d+ figures differs/);
    await compare
      .getByLabel("State after a crash")
      .selectOption({ label: "Outside, stays" });
    await page.getByRole("button", { name: "Last step", exact: true }).click();
    await expect(difference).toContainText(/\d+ of \d+ figures? differs?/);
    const told = await rows(page, "Difference");
    expect(told[0]?.[0]).toMatch(/differs$/);
    expect(told[0]?.[1]).not.toBe(told[0]?.[2]);
    await withoutViolations(page);
    await fitsAcross(page);

    // A reload is the same comparison.
    await expect(page).toHaveURL(/fork=20.*vs\./);
    await page.reload();
    await expect(difference).toContainText(
      /\d+ of \d+ figures? differs?/,
      fetched,
    );
    expect(await rows(page, "Difference")).toEqual(told);
    await compare.getByRole("button", { name: "Close" }).click();
    await expect(compare).toHaveCount(0);
    await expect(page).not.toHaveURL(/fork=/);
  });

  test("a stream: a reload, or its link, is the same comparison", async ({
    page,
  }) => {
    await page.goto(`${free}&at=6`);
    await page.getByRole("button", { name: "Compare" }).click();
    const compare = page.getByRole("region", { name: "Compare" });
    await compare.getByLabel("Watermark delay", { exact: true }).fill("30 s");
    await page.getByRole("button", { name: "Last step", exact: true }).click();
    const difference = compare.getByRole("status", { name: "Difference" });
    await expect(difference).toContainText(
      "Late events: 1 as it is, 0 with the change",
    );
    const said = await difference.innerText();
    await expect(page).toHaveURL(/fork=6.*vs\.watermark\.delay=30000/);
    await page.reload();
    await expect(difference).toHaveText(said, fetched);
    await standsAt(page, 7);
  });

  test("opened with a link that changes the impossible says so, and both sides are the same", async ({
    page,
  }) => {
    await page.goto(`${free}&at=6&fork=6&vs.watermark.delay=soon`);
    const compare = page.getByRole("region", { name: "Compare" });
    await expect(
      compare.getByRole("status", { name: "Narration", exact: true }),
    ).toContainText("The link changes something", fetched);
    await expect(
      compare.getByRole("status", { name: "Difference" }),
    ).toContainText("No result differs");
  });
});

test.describe("a missing result", () => {
  test("is asked about for any key and window, also one that never was, with the keyboard alone", async ({
    page,
  }) => {
    await page.goto(`${free}&at=7`);
    await standsAt(page, 7);
    const summary = page.getByText("Why is there no result?");
    await summary.focus();
    await page.keyboard.press("Enter");
    const form = page.getByRole("form", { name: "Missing result" });
    await form.getByLabel("Key").selectOption("home");
    await form.getByLabel("Window").selectOption("[23:55, 00:00)");
    await form.getByRole("button", { name: "Ask why" }).focus();
    await page.keyboard.press("Enter");
    const answer = page.getByRole("region", { name: /^Why\?/ });
    await expect(answer).toContainText("all were late: it was never opened");
    await expect(answer).toContainText("00:00:04.999");
    await withoutViolations(page);
    // The event responsible lights up.
    await answer.getByRole("button", { name: "e6", exact: true }).focus();
    await page.keyboard.press("Escape");
  });

  test("is asked about in the row of a window that has none", async ({
    page,
  }) => {
    await page.goto(`${free}&at=3`);
    await page
      .getByRole("table", { name: "Windows" })
      .getByRole("button", { name: "no result?" })
      .first()
      .click();
    await expect(page.getByRole("region", { name: /^Why\?/ })).toContainText(
      "Not yet",
    );
  });
});

test("a goal's solution is filled in and not run: the playhead stands at the start, and the par is said", async ({
  page,
}) => {
  await page.goto(`${free}&at=7`);
  await expect(page.getByText("0 changes, par 1")).toBeVisible();
  await page.getByRole("button", { name: "Show solution" }).click();
  await standsAt(page, 0);
  await expect(page.getByRole("status", { name: "Goal" })).toContainText(
    "which were filled in. Run it and see why.",
  );
  await expect(page.getByText("1 change, par 1")).toBeVisible();
});
