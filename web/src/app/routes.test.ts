import { describe, expect, test } from "vitest";
import {
  formatRoute,
  lessonAddress,
  parseRoute,
  type LessonPlace,
  type Route,
} from "./routes";

const lesson = (place: LessonPlace) =>
  ({ page: "lesson", slug: "two-clocks", place }) as const;

describe("addresses", () => {
  test.each<LessonPlace>([
    { settings: [] },
    { step: 0, settings: [] },
    { step: 2, settings: [], mark: "x-_9Zq" },
    { beat: "the-late-one", step: 12, view: "time-plane", settings: [] },
    {
      step: 3,
      settings: [
        { knob: "window", value: "session" },
        { knob: "window.gap", value: 90_000 },
        { knob: "watermark.delay", value: 0 },
        { knob: "event.e6.arrival", value: 1_609_459_200_000 },
      ],
    },
  ])("say the same when read back: %j", (place) => {
    expect(parseRoute(formatRoute(lesson(place)))).toEqual(lesson(place));
  });

  test("of the home page", () => {
    for (const hash of ["", "#", "#/"])
      expect(parseRoute(hash)).toEqual({ page: "home" });
    expect(formatRoute({ page: "home" })).toBe("#/");
  });

  test("of what is kept", () => {
    const hash = formatRoute({ page: "data" });
    expect(parseRoute(hash)).toEqual({ page: "data" });
    expect(parseRoute(`${hash}/`)).toEqual({ page: "data" });
  });

  test.each([
    {},
    { packed: "1.q1YqS8xN-_", step: 4, view: "state" },
    {
      packed: "1.q1YqS8xN-_",
      step: 4,
      fork: 2,
      changed: [{ knob: "watermark.delay", value: 480_000 }],
    },
  ])("of the workbench say the same when read back: %j", (place) => {
    const route = { page: "workbench", place } as const;
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  test("of a lesson that starts are short", () => {
    expect(lessonAddress("two-clocks")).toBe("#/lesson/two-clocks");
  });

  test("that lead nowhere are known as such", () => {
    for (const hash of [
      "#/nowhere",
      "#/lesson/",
      "#/lesson/../x",
      "#/lesson/A<b>",
      "#lesson",
    ])
      expect(parseRoute(hash).page).toBe("unknown");
  });

  test("leave out what has not the form of a step, a view or a knob, and say what that was", () => {
    const settings = [{ knob: "window.size", value: 600_000 }];
    expect(
      parseRoute(
        "#/lesson/two-clocks?at=-1&view=<b>&window.size=600000&at=x&v=",
      ),
    ).toEqual(lesson({ settings, unread: ["at", "view", "v"] }));
    expect(
      parseRoute(
        `#/lesson/two-clocks?beat=A B&__proto__=1&window.size=600000&${"K".repeat(99)}=2&More=3`,
      ),
    ).toEqual(
      lesson({ settings, unread: ["beat", "__proto__", "K".repeat(40)] }),
    );
  });

  test("of a comparison have the fork and what is changed in the copy", () => {
    const settings = [{ knob: "window.size", value: 600_000 }];
    const changed = [
      { knob: "engine", value: "spark" },
      { knob: "event.e6.time", value: 5 },
    ];
    const hash = formatRoute(lesson({ step: 4, settings, fork: 3, changed }));
    expect(parseRoute(hash)).toEqual(
      lesson({ step: 4, settings, fork: 3, changed }),
    );
    // What is changed without a fork is no comparison: it is left alone.
    expect(formatRoute(lesson({ settings, changed }))).not.toContain("vs.");
    expect(parseRoute("#/lesson/two-clocks?fork=x")).toEqual(
      lesson({ settings: [], unread: ["fork"] }),
    );
  });

  test("that have no end are read up to where no link ends, and say so", () => {
    const route = parseRoute(`#/lesson/two-clocks?at=3&a=${"x".repeat(1e6)}`);
    expect(route).toMatchObject({ place: { step: 3 } });
    expect(JSON.stringify(route)).toContain("all after 2000 characters");
  });

  test("of a lesson as it starts have no mark: there is nothing that could have changed", () => {
    expect(formatRoute(lesson({ settings: [], mark: "abc123" }))).toBe(
      lessonAddress("two-clocks"),
    );
  });

  test("name events as they are called, and keep what is no number", () => {
    const settings = [
      { knob: "event.order 5*2", value: "1748829600000 30000 a b" },
      { knob: "event.e1.key", value: "007" },
      { knob: "event.e2", value: "gone" },
      { knob: "event.Ü.time", value: -5 },
    ];
    const hash = formatRoute(lesson({ settings }));
    expect(parseRoute(hash)).toEqual(lesson({ settings }));
    expect(parseRoute("#/lesson/two-clocks?event.=1")).toMatchObject({
      place: { settings: [] },
    });
  });

  test("of a lesson with four turned knobs stay under 200 characters", () => {
    const hash = formatRoute(
      lesson({
        beat: "what-becomes-of-the-late-order",
        step: 2_000,
        mark: "Ab3_9x",
        view: "time-plane",
        settings: [
          { knob: "window.size", value: 86_400_000 },
          { knob: "watermark.delay", value: 240_000 },
          { knob: "allowed_lateness", value: 600_000 },
          { knob: "trigger", value: "continuous_event_time" },
        ],
      }),
    );
    expect(hash.length).toBeLessThan(200);
  });
});

test("a lesson of one's own has an address, and so has the place where files are opened", () => {
  for (const address of [
    "#/lesson-file",
    "#/lesson-file/own-1a2b?beat=predict-1&at=5",
    "#/lesson-draft/1a2b3c4d",
    `#/lesson-file?s=1.${"A".repeat(3_900)}`,
  ]) {
    const route = parseRoute(address);
    expect(route.page).toBe("own");
    expect(formatRoute(route as Exclude<Route, { page: "unknown" }>)).toBe(
      address,
    );
  }
  expect(parseRoute("#/lesson-file/__proto__").page).toBe("unknown");
  expect(parseRoute("#/lesson").page).toBe("unknown");
});
