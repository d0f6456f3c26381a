/**
 * Which key does what on a page with a transport, and whose keys they are: a focused control keeps those it answers to itself.
 */

export type Action =
  | { do: "step"; by: number }
  /** To the next of the kind that has this letter, or with Shift to the one before. */
  | { do: "jump"; letter: string; back: boolean }
  | { do: "first" }
  | { do: "last" }
  | { do: "play" }
  | { do: "undo" }
  | { do: "redo" }
  | { do: "help" }
  | { do: "find" };

/** The part of a keyboard event that matters. */
export interface Press {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const moves = [...arrows, "Home", "End", "PageUp", "PageDown"];

/** What the page does at a key, or nothing. */
export function actionOf(press: Press): Action | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey) return undefined;
  if (/^[abcdfmw]$/i.test(press.key))
    return {
      do: "jump",
      letter: press.key.toLowerCase(),
      back: press.shiftKey,
    };
  switch (press.key) {
    case "ArrowRight":
      return { do: "step", by: press.shiftKey ? 10 : 1 };
    case "ArrowLeft":
      return { do: "step", by: press.shiftKey ? -10 : -1 };
    case "Home":
      return press.shiftKey ? undefined : { do: "first" };
    case "End":
      return press.shiftKey ? undefined : { do: "last" };
    case " ":
      return press.shiftKey ? undefined : { do: "play" };
    case "u":
    case "U":
      return { do: press.shiftKey ? "redo" : "undo" };
    case "?":
      return { do: "help" };
    case "/":
      return { do: "find" };
    default:
      return undefined;
  }
}

/** Whether the focused element answers to this key by itself. */
export function belongsTo(element: Element | null, key: string): boolean {
  if (!element) return false;
  const inside = element.shadowRoot?.activeElement;
  if (inside) return belongsTo(inside, key);
  const role = element.getAttribute("role");
  if (element.closest("dialog")) return true;
  if (element instanceof HTMLElement && element.isContentEditable) return true;
  if (element instanceof HTMLInputElement) return inputKeeps(element, key);
  if (["TEXTAREA", "SELECT"].includes(element.tagName)) return true;
  if (["spinbutton", "textbox", "combobox", "listbox"].includes(role ?? ""))
    return true;
  if (role === "tab")
    return (
      key === " " || ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)
    );
  if (["BUTTON", "SUMMARY", "A"].includes(element.tagName)) return key === " ";
  // A pane that is focused to be scrolled.
  if (element.hasAttribute("data-scrolls"))
    return key === " " || key === "Home" || key === "End";
  return false;
}

function inputKeeps(input: HTMLInputElement, key: string): boolean {
  switch (input.type) {
    case "range":
      return moves.includes(key);
    case "radio":
      return key === " " || arrows.includes(key);
    case "checkbox":
    case "button":
    case "submit":
      return key === " ";
    default:
      return true;
  }
}
