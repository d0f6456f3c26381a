// Files of events that mean no good, chosen and dropped at the workbench: each says what is wrong and where, and what was on the bench stays.
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { drop, expect, knob, panel, rows, slider, table } from "./lab";
import { markup, test } from "./unharmed";

const place = (page: Page) =>
  page.getByRole("group", { name: "A file of events" });

const choose = (page: Page, name: string, buffer: Buffer) =>
  page
    .getByLabel("Drop a file here, or choose one")
    .setInputFiles({ name, mimeType: "text/csv", buffer });

const good = "ts,key,value\n1000,a,1\n2000,b,2\n";

/** Files that hold no rows at all, each with what is said of it. */
const refused: readonly (readonly [
  what: string,
  bytes: Buffer,
  says: RegExp,
])[] = [
  ["empty", Buffer.alloc(0), /the file is empty/],
  ["binary", Buffer.from("PK\u0003\u0004\0\0\0\b"), /this is no text/],
  [
    "UTF-16 without its mark",
    Buffer.from(good, "utf16le"),
    /UTF-16 without the mark.*save it as UTF-8/,
  ],
  [
    "a header alone",
    Buffer.from("ts,key,value\n"),
    /no row behind the names of the columns, “ts”, “key”, “value”/,
  ],
  [
    "a quote that is open in the header",
    Buffer.from(`ts,"key\n1000,a\n`),
    /line 1, column 2: begins with a quote that is never closed/,
  ],
  [
    "250,000 columns",
    Buffer.from(`${",".repeat(250_000)}\n1`),
    /line 1 has more than 1000 columns/,
  ],
  [
    "a name without end",
    Buffer.from(`ts,${"x".repeat(300_000)}\n1000,a\n`),
    /line 1, column 2: its name has more than 1000 characters/,
  ],
  [
    "names of the page’s own",
    Buffer.from(`${markup.replaceAll('"', "")},__proto__\nx,y\n`),
    /No column of this file holds instants[^]*“__proto__”/,
  ],
];

/** Files of which some rows are events: how many, and the first of the bad ones. */
const partly: readonly {
  what: string;
  bytes: Buffer;
  events: number;
  bad: readonly (readonly string[])[];
}[] = [
  {
    what: "numbers that are none",
    bytes: Buffer.from(
      `${good}3000,a,1e999\n4000,a,NaN\n1e999,a,1\n5000,a,${"9".repeat(400)}\n`,
    ),
    events: 2,
    bad: [
      ["4", "value", "“1e999” is no number"],
      ["5", "value", "“NaN” is no number"],
      ["6", "ts", "“1e999” is not a number of milliseconds since 1970"],
      ["7", "value", `“${"9".repeat(40)}…” is no number`],
    ],
  },
  {
    what: "rows of other lengths",
    bytes: Buffer.from(`${good}3000,a\n4000,a,1,2\n`),
    events: 2,
    bad: [
      ["4", "", "has 2 columns where the first row has 3"],
      ["5", "", "has 4 columns where the first row has 3"],
    ],
  },
  {
    what: "Latin-1",
    bytes: Buffer.from(`${good}3000,café,1\n`, "latin1"),
    events: 2,
    bad: [["4", "key", "is not text in UTF-8"]],
  },
  {
    what: "bytes that are no text",
    bytes: Buffer.concat([
      Buffer.from(`${good}3000,`),
      Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80]),
      Buffer.from(",1\n"),
    ]),
    events: 2,
    bad: [["4", "key", "is not text in UTF-8"]],
  },
  {
    what: "a quote that is never closed",
    bytes: Buffer.from(`${good}3000,"a,1\n4000,b,2\n`),
    events: 2,
    bad: [
      [
        "4",
        "key",
        "begins with a quote that is never closed, so that it takes all that follows",
      ],
    ],
  },
  {
    what: "UTF-16 with its mark, ids and columns twice",
    bytes: Buffer.from(
      "\ufeffid,ts,ts,key\ne1,1000,1,a\ne1,soon,1,b\n",
      "utf16le",
    ),
    events: 1,
    bad: [["3", "ts", "“soon” is not a number of milliseconds since 1970"]],
  },
];

test.beforeEach(({}, { project }) =>
  test.skip(project.name === "phone", "the same code at any width"),
);

test("a file of events that is none says why and where, and what was on the bench stays", async ({
  page,
  unharmed,
}) => {
  test.setTimeout(300_000);
  await page.goto("./#/workbench");
  await panel(page, "Pipeline").click();
  await knob(page, "Watermark delay").fill("7 min");
  await knob(page, "Watermark delay").press("Enter");
  await panel(page, "Import").click();
  const steps = await slider(page).getAttribute("aria-valuetext");
  const alert = page.getByRole("alert");

  for (const [i, [what, bytes, says]] of refused.entries()) {
    // In turn by both ways in.
    if (i % 2 === 0) await choose(page, `${markup}.csv`, bytes);
    else await drop(place(page), `${markup}.csv`, bytes);
    await expect(alert, what).toContainText(says);
    expect((await alert.innerText()).length, what).toBeLessThan(600);
    await unharmed();
  }
  for (const [i, { what, bytes, events, bad }] of partly.entries()) {
    if (i % 2 === 0) await drop(place(page), "some.csv", bytes);
    else await choose(page, "some.csv", bytes);
    await page.getByRole("button", { name: "Read the file" }).click();
    await expect(
      page.getByRole("status", { name: "Import" }),
      what,
    ).toContainText(`${events} events were read, ${bad.length} rows were not.`);
    expect(await rows(page, "Bad rows"), what).toEqual(bad);
    await expect(
      page.getByRole("button", { name: "Put them on the stage" }),
    ).toBeDisabled();
    await unharmed();
  }
  await expect(slider(page)).toHaveAttribute("aria-valuetext", steps ?? "");
  await panel(page, "Pipeline").click();
  await expect(knob(page, "Watermark delay")).toHaveValue("7 min");
});

test("events with a script in every field are on the stage as text", async ({
  page,
  unharmed,
}) => {
  await page.goto("./#/workbench");
  await panel(page, "Import").click();
  const field = `"${markup.replaceAll('"', '""')}"`;
  const event = (i: number) =>
    `${field.slice(0, -1)}${i}",${1_000 * i},${field},${1e308}`;
  const file = `id,ts,${field},value\n${[1, 2, 3].map(event).join("\n")}\n`;
  await choose(page, `${markup}.csv`, Buffer.from(file));
  await page.getByRole("combobox", { name: "Key" }).selectOption({ index: 3 });
  await unharmed();
  await page.getByRole("button", { name: "Read the file" }).click();
  await page.getByRole("button", { name: "Put them on the stage" }).click();
  await page.getByRole("button", { name: "Last step", exact: true }).click();
  await expect(table(page, "Windows")).toContainText("<img src=x");
  await unharmed();
  for (const view of ["Windows", "State", "Results", "Pipeline", "Code"]) {
    await page
      .getByRole("region", { name: "Stage" })
      .getByRole("tab", { name: view })
      .click();
    await unharmed();
  }
});

test("a line of 100 MB leaves the page at work, and is told in a few words", async ({
  page,
  unharmed,
}) => {
  test.setTimeout(300_000);
  const folder = await mkdtemp(join(tmpdir(), "headwater-"));
  const path = join(folder, "line.csv");
  const file = await open(path, "w");
  await file.write("ts,key\n1000,a\n2000,");
  const piece = Buffer.alloc(10_000_000, "x");
  for (let i = 0; i < 10; i++) await file.write(piece);
  await file.close();
  await page.goto("./#/workbench");
  await panel(page, "Import").click();
  await page.getByLabel("Drop a file here, or choose one").setInputFiles(path);
  await page.getByRole("button", { name: "Read the file" }).click();
  // Steps go on while it is read.
  await page.getByRole("button", { name: "Step forward" }).click();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /^step 1 /);
  await expect(page.getByRole("status", { name: "Import" })).toContainText(
    "1 events were read, 1 rows were not.",
    { timeout: 120_000 },
  );
  expect(await rows(page, "Bad rows")).toEqual([
    [
      "3",
      "key",
      `“${"x".repeat(40)}…” has 100000000 characters; names have up to 1000`,
    ],
  ]);
  await unharmed();
  await rm(folder, { recursive: true });
});
