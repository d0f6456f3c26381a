/** The editor: CodeMirror with the scenarios' completion and the core's problems in place. Tab is not bound, so it leaves the editor. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  WidgetType,
  type DecorationSet,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { complete } from "./complete";
import type { Marked } from "./problems";

const theme = EditorView.theme({
  "&": {
    height: "100%",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    backgroundColor: "var(--paper)",
    color: "var(--ink)",
    fontSize: "var(--small)",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    border: "none",
    backgroundColor: "var(--canvas)",
    color: "var(--ink-soft)",
  },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": {
    backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    {
      backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
    },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--line-strong)",
  },
  ".cm-tooltip": {
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--shadow)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    maxWidth: "min(22rem, 80vw)",
    fontFamily: "var(--mono)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    padding: "0.15rem 0.5rem",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85" },
  ".cm-tooltip.cm-completionInfo": {
    maxWidth: "18rem",
    padding: "0.4rem 0.6rem",
    fontFamily: "var(--font)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--loss) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-diagnostic-error": {
    borderLeftColor: "var(--loss)",
    fontFamily: "var(--font)",
  },
  ".cm-problem": {
    display: "inline-block",
    maxWidth: "40rem",
    marginLeft: "1.5rem",
    padding: "0 0.5rem",
    borderRadius: "4px",
    backgroundColor: "var(--loss-wash)",
    color: "var(--loss)",
    fontFamily: "var(--font)",
  },
  ".cm-snippetField": { backgroundColor: "var(--accent-wash)" },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  {
    tag: [tags.number, tags.bool, tags.null],
    color: "light-dark(#6a3fa0, #c9a8ff)",
  },
]);

/** A problem's words behind the line that it is in. */
class Words extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }

  override eq(other: Words): boolean {
    return other.text === this.text;
  }

  toDOM(): HTMLElement {
    const words = document.createElement("span");
    words.className = "cm-problem";
    words.textContent = this.text;
    // The list below the editor says it, with a way here.
    words.setAttribute("aria-hidden", "true");
    return words;
  }
}

const setWords = StateEffect.define<DecorationSet>();
const words = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setWords)) return effect.value;
    return shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Shows what is wrong where it is. */
export function mark(view: EditorView, marks: readonly Marked[]): void {
  const { doc } = view.state;
  const byLine = new Map<number, string[]>();
  for (const { from, message } of marks) {
    const end = doc.lineAt(Math.min(from, doc.length)).to;
    byLine.set(end, [...(byLine.get(end) ?? []), message]);
  }
  const shown = [...byLine].map(([end, messages]) =>
    Decoration.widget({
      widget: new Words(messages.join("; ")),
      side: 1,
    }).range(end),
  );
  const diagnostics = marks.map(({ from, to, message }) => ({
    from: Math.min(from, doc.length),
    to: Math.min(to, doc.length),
    message,
    severity: "error" as const,
  }));
  view.dispatch({ effects: setWords.of(Decoration.set(shown, true)) });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Everything the editor has; `changed` hears of the text, `moved` of the cursor. */
export const extensions = (
  changed: (text: string) => void,
  moved: (text: string, offset: number) => void,
): Extension => [
  lineNumbers(),
  history(),
  drawSelection(),
  highlightActiveLine(),
  bracketMatching(),
  closeBrackets(),
  indentOnInput(),
  json(),
  EditorView.lineWrapping,
  syntaxHighlighting(colours),
  autocompletion({ override: [complete], icons: false }),
  words,
  theme,
  EditorView.contentAttributes.of({
    "aria-label": "Scenario as text",
    // It can be reached anyway; said so, because it scrolls.
    tabindex: "0",
  }),
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...lintKeymap,
    ...historyKeymap,
    ...defaultKeymap,
  ]),
  EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
    if (!docChanged && !selectionSet) return;
    const text = state.doc.toString();
    if (docChanged) changed(text);
    moved(text, state.selection.main.head);
  }),
];
