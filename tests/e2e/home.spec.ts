import { expect, fitsAcross, standsAt, test, withoutViolations } from "./lab";

test.describe("the home page", () => {
  for (const scheme of ["light", "dark"] as const) {
    test(`has no accessibility violations and fits, ${scheme}`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto("./");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      for (const name of ["banner", "main"] as const)
        await expect(page.getByRole(name)).toBeVisible();
      await expect(
        page.getByRole("navigation", { name: "Lessons" }),
      ).toBeVisible();
      await withoutViolations(page);
      await fitsAcross(page);
    });
  }

  test("runs up to its question, waits for the answer, and goes on", async ({
    page,
  }) => {
    await page.goto("./");
    await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
    await standsAt(page, 8);
    await expect(
      page.getByRole("button", { name: "Play", exact: true }),
    ).toBeVisible();

    await page.getByRole("button", { name: "Step forward" }).click();
    await standsAt(page, 8);
    await expect(page.getByRole("status", { name: "Narration" })).toContainText(
      "waits for your prediction",
    );

    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form.getByRole("alert")).toBeVisible();
    await form.getByRole("radio").nth(1).check();
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form.getByRole("status", { name: "Verdict" })).toContainText(
      "Not quite",
    );
    await standsAt(page, 9);
    await page.getByRole("button", { name: "Last step", exact: true }).click();
    await standsAt(page, 12);
  });

  test("stops for who answers while it plays", async ({ page }) => {
    await page.goto("./");
    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByRole("radio").first().check();
    await form.getByRole("button", { name: "Check" }).click();
    await expect(form.getByRole("status", { name: "Verdict" })).toBeVisible();
    await expect(
      page.getByRole("button", { name: "Play", exact: true }),
    ).toBeVisible();
    await standsAt(page, 9);
  });

  test("stands still at the question for who wants no motion", async ({
    page,
  }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto("./");
    await standsAt(page, 8);
  });

  test("leads to every lesson, and remembers what is done and where the learner was", async ({
    page,
  }) => {
    await page.goto("./");
    const map = page.getByRole("navigation", { name: "Lessons" });
    await map
      .getByRole("link", { name: /The printout that cannot be right/ })
      .click();
    await expect(
      page.getByRole("heading", {
        level: 1,
        name: "The printout that cannot be right",
      }),
    ).toBeVisible();
    const form = page.getByRole("form", { name: "Prediction" });
    await form.getByLabel("home in [00:00, 00:05)").fill("3");
    await form.getByRole("button", { name: "Check" }).click();

    await page.getByRole("link", { name: "Headwater, home" }).click();
    const link = map.getByRole("link", {
      name: /The printout that cannot be right/,
    });
    await expect(link).toContainText("1 of 7 beats");
    await expect(link).toContainText("you were here");
  });
});

test("an address that leads nowhere says so and leads on", async ({ page }) => {
  for (const [address, said] of [
    ["./#/nowhere", "leads nowhere"],
    ["./#/lesson/no-such-lesson", "no lesson called"],
  ] as const) {
    await page.goto(address);
    await expect(page.getByRole("main")).toContainText(said);
    await withoutViolations(page);
  }
  await page.getByRole("link", { name: "All lessons" }).click();
  await expect(page.getByRole("navigation", { name: "Lessons" })).toBeVisible();
});

test("damaged storage is set aside and told, and the page works", async ({
  page,
}) => {
  await page.addInitScript(() =>
    localStorage.setItem("headwater.progress.1", "{damaged"),
  );
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("set aside");
  await page.getByRole("button", { name: "All right" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("navigation", { name: "Lessons" })).toBeVisible();
});

test("the theme follows the system until it is switched, and stays switched", async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("./");
  const ground = () =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Dark theme" }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await ground()).toBe(dark);
  await page.getByRole("button", { name: "Light theme" }).click();
  expect(await ground()).toBe(light);
});
