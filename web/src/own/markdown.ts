/**
 * Markdown that somebody else wrote, as pieces to draw. No HTML comes of it at any point: what is not in the list of pieces is text.
 */
import MarkdownIt, { type Token } from "markdown-it";

/** The elements that prose is made of. */
const tags = [
  "p",
  "h3",
  "h4",
  "ul",
  "ol",
  "li",
  "blockquote",
  "em",
  "strong",
  "s",
  "code",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
] as const;
export type Tag = (typeof tags)[number];

/** What a link can point at in the simulation. */
const pointers = ["event", "knob", "view", "step"] as const;
export type Pointer = (typeof pointers)[number];

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "element"; tag: Tag; pieces: readonly Piece[] }
  | { kind: "break" }
  | { kind: "rule" }
  | { kind: "block"; text: string }
  | { kind: "pointer"; to: Pointer; name: string; pieces: readonly Piece[] }
  | { kind: "lesson"; slug: string; pieces: readonly Piece[] }
  | { kind: "web"; href: string; pieces: readonly Piece[] };

const md = new MarkdownIt({ html: false, typographer: false });
// Nothing but the lab's own schemes, other lessons, and the web.
md.validateLink = (target) =>
  /^(event|knob|view|step|lesson|https):/.test(target);
md.normalizeLink = (target) => target;

/** Headings of a text are below those of the page. */
const heading = (tag: string): string =>
  tag === "h1" || tag === "h2" ? "h3" : /^h[3-6]$/.test(tag) ? "h4" : tag;

const tagOf = (tag: string): Tag | undefined =>
  tags.find((known) => known === heading(tag));

function linkOf(target: string, pieces: readonly Piece[]): readonly Piece[] {
  const [, scheme, name = ""] = /^([a-z]+):(.*)$/s.exec(target) ?? [];
  const to = pointers.find((pointer) => pointer === scheme);
  if (to !== undefined) return [{ kind: "pointer", to, name, pieces }];
  if (scheme === "lesson") return [{ kind: "lesson", slug: name, pieces }];
  if (scheme === "https" && URL.canParse(target))
    return [{ kind: "web", href: new URL(target).href, pieces }];
  return pieces;
}

interface Open {
  token: Token;
  pieces: Piece[];
}

/** A list of tokens, which open and close, as a tree. */
function tree(tokens: readonly Token[]): readonly Piece[] {
  const whole: Piece[] = [];
  const open: Open[] = [];
  const put = (...pieces: readonly Piece[]) =>
    (open.at(-1)?.pieces ?? whole).push(...pieces);
  for (const token of tokens) {
    if (token.nesting === 1) open.push({ token, pieces: [] });
    else if (token.nesting === -1) {
      const closed = open.pop();
      if (closed) put(...wrapped(closed));
    } else put(...single(token));
  }
  return whole;
}

function wrapped({ token, pieces }: Open): readonly Piece[] {
  // A paragraph that a list keeps tight.
  if (token.hidden) return pieces;
  if (token.type === "link_open")
    return linkOf(String(token.attrGet("href") ?? ""), pieces);
  const tag = tagOf(token.tag);
  return tag ? [{ kind: "element", tag, pieces }] : pieces;
}

function single(token: Token): readonly Piece[] {
  switch (token.type) {
    case "inline":
      return tree(token.children ?? []);
    case "softbreak":
      return [{ kind: "text", text: "\n" }];
    case "hardbreak":
      return [{ kind: "break" }];
    case "hr":
      return [{ kind: "rule" }];
    case "fence":
    case "code_block":
      return [{ kind: "block", text: token.content }];
    case "code_inline":
      return [
        {
          kind: "element",
          tag: "code",
          pieces: [{ kind: "text", text: token.content }],
        },
      ];
    // A picture is what it says in its place: `token.content`.
    default:
      return token.content ? [{ kind: "text", text: token.content }] : [];
  }
}

export const piecesOf = (text: string): readonly Piece[] =>
  tree(md.parse(text, {}));
