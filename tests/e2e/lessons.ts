// The lessons as they stand on disk, for journeys through all of them or through one of each kind.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Lesson {
  slug: string;
  views: string[];
  beats: { id: string; do: { kind: string } }[];
}

const folder = fileURLToPath(new URL("../../lessons/", import.meta.url));

export const lessons: Lesson[] = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith("lesson.json"))
  .sort()
  .map((file) => JSON.parse(readFileSync(folder + file, "utf8")) as Lesson);

/** As few addresses as show every kind of beat and every view that a lesson lists. */
export function oneOfEach(): string[] {
  const seen = new Set<string>();
  const addresses = [];
  for (const { slug, views, beats } of lessons)
    for (const [number, beat] of beats.entries()) {
      const kinds = [beat.do.kind, ...(number === 0 ? views : [])];
      if (kinds.every((kind) => seen.has(kind))) continue;
      for (const kind of kinds) seen.add(kind);
      addresses.push(`./#/lesson/${slug}?beat=${beat.id}`);
    }
  return addresses;
}
