import { expect, test } from "vitest";
import { piecesOf, type Piece } from "./markdown";

/** The pieces in short: `p(The em(late) event:e6(click))`. */
const short = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => {
      switch (piece.kind) {
        case "text":
          return piece.text;
        case "break":
        case "rule":
          return `<${piece.kind}>`;
        case "block":
          return `block(${piece.text})`;
        case "element":
          return `${piece.tag}(${short(piece.pieces)})`;
        case "pointer":
          return `${piece.to}:${piece.name}(${short(piece.pieces)})`;
        case "lesson":
          return `lesson:${piece.slug}(${short(piece.pieces)})`;
        case "web":
          return `${piece.href}(${short(piece.pieces)})`;
      }
    })
    .join("");

test.each([
  [
    "The *late* [click](event:e6), **lost**.",
    "p(The em(late) event:e6(click), strong(lost).)",
  ],
  ["# One\n\n### Two", "h3(One)h4(Two)"],
  ["- a\n- `b`", "ul(li(a)li(code(b)))"],
  ["```sql\nSELECT\n```", "block(SELECT\n)"],
  ["|a|\n|:-|\n|1|", "table(thead(tr(th(a)))tbody(tr(td(1))))"],
  ["a  \nb\n\n---", "p(a<break>b)<rule>"],
  [
    "[x](lesson:two-clocks) [y](https://example.org/a?b)",
    "p(lesson:two-clocks(x) https://example.org/a?b(y))",
  ],
])("%j is %s", (text, expected) =>
  expect(short(piecesOf(text))).toBe(expected),
);

test.each([
  ["<script>x</script>", "p(<script>x</script>)"],
  ["a <img src=x onerror=y> b", "p(a <img src=x onerror=y> b)"],
  ["[x](javascript:alert(1))", "p([x](javascript:alert(1)))"],
  ["[x](data:text/html,y)", "p([x](data:text/html,y))"],
  ["[x](http://example.org)", "p([x](http://example.org))"],
  ["![a picture](https://example.org/p.png)", "p(a picture)"],
  ["<https://example.org>", "p(https://example.org/(https://example.org))"],
])("of %j nothing gets out of the text", (text, expected) =>
  expect(short(piecesOf(text))).toBe(expected),
);

test("deep nesting is text from some level on", () => {
  expect(JSON.stringify(piecesOf(`${">".repeat(50_000)} deep`))).toBeDefined();
  expect(JSON.stringify(piecesOf("[".repeat(20_000)))).toBeDefined();
});
