/** Places in a lesson as the core names them, in words of the form. */
import type { Lesson, Problem } from "../../core";

/** The beat whose form a place is on; nothing where it is on none. */
export function beatOf(path: string, { beats }: Lesson): string | undefined {
  const id = /^(?:beats|prose)\.([^.[]+)/.exec(path)?.[1];
  if (id !== undefined && beats.some((beat) => beat.id === id)) return id;
  return path.startsWith("cards")
    ? beats.find(({ do: task }) => task.kind === "cards")?.id
    : undefined;
}

const fields: Readonly<Record<string, string>> = {
  title: "heading",
  ask: "question",
  goal: "what is to be reached",
  when: "when it is reached",
  instead: "what is right",
  holds: "when it would be true",
  wait_at: "where the transport waits",
  at: "when the truth is read",
  until: "until when",
  position: "where it begins",
  do: "place",
  say: "what is said",
  misconception: "the mix-up",
};

/** A field of a beat in words; of an answer also which part of it: `answer 2, wrong answer 1, what is said`. */
function named(field: string): string {
  const [, part, trap, of] =
    /^answer(?:\[(\d+)\])?(?:\.(?:traps|swaps)\[(\d+)\])?(?:\.(\w+))?$/.exec(
      field,
    ) ?? [];
  const numbered = (name: string, number: string | undefined) =>
    number === undefined ? [] : [`${name} ${Number(number) + 1}`];
  const words = [
    ...numbered("answer", part),
    ...numbered("wrong answer", trap),
    ...(of === undefined ? [] : [fields[of] ?? of]),
  ];
  return words.length > 0
    ? words.join(", ")
    : (fields[field] ?? field.replaceAll("_", " "));
}

/** A problem in a sentence: `Beat 2, question: is empty`. */
export function wordsOf({ path, message }: Problem, lesson: Lesson): string {
  const [kind = "", id = "", ...rest] = path.split(".");
  const field = rest.join(".");
  const beat = lesson.beats.findIndex((beat) => beat.id === id);
  const card = lesson.cards.findIndex((card) => card.id === id);
  if (kind === "beats" && beat >= 0)
    return `Beat ${beat + 1}, ${named(field)}: ${message}`;
  if (kind === "prose" && beat >= 0)
    return `Beat ${beat + 1}, text: ${message}`;
  if (kind === "cards" && card >= 0)
    return `Interview question ${card + 1}${field ? `, ${field}` : ""}: ${message}`;
  if (kind === "scenarios")
    return `Scenario ${id}${field ? `, ${field}` : ""}: ${message}`;
  const whole: Readonly<Record<string, string>> = {
    say: "Sentence to say",
    knobs: "Settings",
  };
  if (path === "") return message;
  return `${whole[path] ?? path.charAt(0).toUpperCase() + path.slice(1)}: ${message}`;
}
