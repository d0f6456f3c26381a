// The form of scenarios, read from the core's own types: what may stand where, with the sentences that document it.
//
// The workbench completes and explains text with it; what is right and wrong the core alone decides. rustfmt makes the source regular
// enough to be read line by line: a `///`, an attribute, a field, a variant, each on a line of its own. `schema.test.mjs` holds it
// against every scenario there is.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { top } from "./run.mjs";
import { filesUnder } from "./stamp.mjs";

/** Where a scenario's type is. */
const root = { file: "crate/src/world.rs", name: "RawScript" };

/** What the core reads as more than a plain number. */
const times = { Span: "span", EventTime: "instant", ProcTime: "instant" };

const wordsOf = (name) => name.match(/[A-Z][a-z0-9]*|[a-z0-9]+/g) ?? [name];
/** A comment's lines as a sentence for people. */
const sentence = (lines) => lines.join(" ").replaceAll("`", "");

const renames = {
  snake_case: (name) => wordsOf(name).join("_").toLowerCase(),
  "kebab-case": (name) => wordsOf(name).join("-").toLowerCase(),
  camelCase: (name) => name,
};

/** The structs and enums of a file that are read from JSON. */
function typesOf(file, text) {
  const types = [];
  const models =
    /^models! \{\n([\s\S]*?)^\}/m.exec(text)?.[1] &&
    text.replace(
      /^models! \{$/m,
      '/// What a scenario of the cluster is about.\n#[derive(Deserialize)]\n#[serde(rename_all = "snake_case")]\npub enum Spec {',
    );
  const lines = (models || text).split("\n");
  let [doc, attributes] = [[], []];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (/^\/\/\/ ?/.test(line)) doc.push(line.replace(/^\/\/\/ ?/, ""));
    else if (line.startsWith("#[")) attributes.push(line);
    else {
      const head = /^(?:pub(?:\([a-z]+\))? )?(struct|enum) (\w+) \{$/.exec(
        line,
      );
      if (head && attributes.some((a) => /derive\(.*Deserialize/.test(a))) {
        const end = lines.indexOf("}", i);
        types.push({
          file,
          name: head[2],
          kind: head[1],
          doc: sentence(doc),
          serde: serdeOf(attributes),
          members: membersOf(lines.slice(i + 1, end)),
        });
        i = end;
      }
      [doc, attributes] = [[], []];
    }
  }
  return types;
}

/** What `#[serde(…)]` says. */
function serdeOf(attributes) {
  const said = attributes
    .map((a) => /^#\[serde\((.*)\)\]$/.exec(a.trim())?.[1] ?? "")
    .join(", ");
  return {
    rename: /(?:^|, )rename = "([^"]*)"/.exec(said)?.[1],
    all: /rename_all = "([^"]*)"/.exec(said)?.[1],
    tag: /(?:^|, )tag = "([^"]*)"/.exec(said)?.[1],
    optional: /(?:^|, )default\b/.test(said),
    skipped: /(?:^|, )skip(?:,|$)/.test(said),
  };
}

/** Fields of a struct, or variants of an enum with their own fields. */
function membersOf(lines) {
  const members = [];
  let [doc, attributes] = [[], []];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trim();
    if (line.startsWith("///")) {
      doc.push(line.replace(/^\/\/\/ ?/, ""));
      continue;
    }
    if (line.startsWith("#[")) {
      attributes.push(line);
      continue;
    }
    const own = { doc: sentence(doc), serde: serdeOf(attributes) };
    [doc, attributes] = [[], []];
    const field = /^(?:pub(?:\([a-z]+\))? )?([a-z]\w*): (.*),$/.exec(line);
    const variant = /^([A-Z]\w*)(?:\((.*)\))?( \{)?,?;?$/.exec(line);
    if (field) members.push({ ...own, name: field[1], type: field[2] });
    else if (variant) {
      const member = { ...own, name: variant[1], type: variant[2] };
      if (variant[3]) {
        const indent = /^ */.exec(lines[i])[0];
        const end = lines.indexOf(`${indent}},`, i);
        member.fields = membersOf(lines.slice(i + 1, end));
        i = end;
      }
      members.push(member);
    }
  }
  return members;
}

/** How near two files are: a type of the same file, then of the same folder, is the one that is meant. */
function nearness(from, to) {
  if (from === to) return Infinity;
  const [a, b] = [from, to].map((path) => path.replace(/\.rs$/, "").split("/"));
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return shared * 100 - b.length;
}

class Reader {
  types = {};
  #byName = new Map();
  #texts;

  constructor(all, texts) {
    for (const type of all)
      this.#byName.set(type.name, [
        ...(this.#byName.get(type.name) ?? []),
        type,
      ]);
    this.#texts = texts;
  }

  #find(name, file) {
    const candidates = this.#byName.get(name) ?? [];
    const used = new RegExp(`use crate::([\\w:]+)::(?:\\{[^}]*\\b)?${name}\\b`);
    const path = used.exec(this.#texts.get(file))?.[1]?.replaceAll("::", "/");
    const named =
      path && candidates.find((t) => t.file.includes(`/${path}.rs`));
    return (
      named ||
      candidates.toSorted(
        (a, b) => nearness(file, b.file) - nearness(file, a.file),
      )[0]
    );
  }

  /** A Rust type as what may stand for it in JSON. */
  type(written, file) {
    const text = written.trim();
    const inner = /^(Option|Box|Vec)<(.*)>$/.exec(text);
    if (inner) {
      const of = this.type(inner[2], file);
      return inner[1] === "Vec" ? { list: of } : of;
    }
    const map = /^BTreeMap<String, (.*)>$/.exec(text);
    if (map) return { map: this.type(map[1], file) };
    if (text === "String") return { is: "text" };
    if (text === "bool") return { is: "bool" };
    if (/^([iu](8|16|32|64)|usize|f64|f32)$/.test(text))
      return { is: "number" };
    const parts = text.split("::");
    const name = parts.at(-1);
    if (name in times) return { is: times[name] };
    const from =
      parts.length > 1
        ? `${file.replace(/\.rs$/, "")}/${parts.slice(0, -1).join("/")}.rs`
        : file;
    const found = this.#find(name, from);
    return found ? { ref: this.#add(found) } : { is: "any" };
  }

  #add(type) {
    const id = `${type.file.replace(/^crate\/src\/|\.rs$/g, "")}:${type.name}`;
    if (id in this.types) return id;
    const made = (this.types[id] = { doc: type.doc });
    const fields = (members) =>
      members
        .filter(({ serde }) => !serde.skipped)
        .map(({ name, doc, serde, type: of }) => ({
          name: serde.rename ?? name,
          doc,
          type: this.type(of, type.file),
          optional:
            serde.optional || type.serde.optional || of.startsWith("Option<"),
        }));
    if (type.kind === "struct") made.fields = fields(type.members);
    else {
      const rename = renames[type.serde.all] ?? ((name) => name);
      if (type.serde.tag) made.tag = type.serde.tag;
      made.variants = type.members.map((member) => ({
        name: member.serde.rename ?? rename(member.name),
        doc: member.doc,
        ...(member.fields ? { fields: fields(member.fields) } : {}),
        ...(member.type ? { type: this.type(member.type, type.file) } : {}),
      }));
    }
    return id;
  }
}

/** The form of scenarios: `{ root, types }`; see `web/src/workbench/text/schema.ts` for what is in it. */
export async function readSchema() {
  const files = (await filesUnder("crate/src")).filter((file) =>
    file.endsWith(".rs"),
  );
  const texts = new Map(
    await Promise.all(
      files.map(async (file) => [
        file,
        await readFile(join(top, file), "utf8"),
      ]),
    ),
  );
  const all = [...texts].flatMap(([file, text]) => typesOf(file, text));
  const reader = new Reader(all, texts);
  return { root: reader.type(root.name, root.file).ref, types: reader.types };
}
