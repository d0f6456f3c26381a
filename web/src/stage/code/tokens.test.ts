import { expect, test } from "vitest";
import { linesOf } from "./tokens";

const joined = (path: string, text: string) =>
  linesOf(path, text)
    .map((line) => line.map((piece) => piece.text).join(""))
    .join("\n");

test("nothing of a program is lost or changed, whatever stands in it", () => {
  for (const [path, text] of [
    ["Job.java", '/* a\n b */ class Job { String s = "</span><b>&amp;"; }'],
    [
      "job.py",
      '"""Counts.\n\nMore."""\nimport os\n\nx = f"{1}<i>"  # <script>',
    ],
    ["job.sql", "SELECT '<b>' -- </code>\nFROM clicks"],
    ["requirements.txt", "pyspark==4.3.0\n\nmore"],
  ] as const)
    expect(joined(path, text)).toBe(text);
});

test("a comment over several lines is one on each of them", () => {
  const lines = linesOf("Job.java", "/* a\n b */ int x;");
  expect(lines.map(([first]) => first?.kind)).toEqual(["comment", "comment"]);
});

test("keywords, texts and names are told apart", () => {
  const kinds = new Map(
    linesOf("job.py", 'def count():\n    return "many"\n')
      .flat()
      .map(({ text, kind }) => [text, kind]),
  );
  expect(kinds.get("def")).toBe("keyword");
  expect(kinds.get("count")).toBe("name");
  expect(kinds.get('"many"')).toBe("string");
});

test("the end of the last line begins no line", () => {
  expect(linesOf("job.sql", "SELECT 1\n")).toHaveLength(1);
});
