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

export interface Sample {
  address: string;
  /** Whether its views have not been looked at elsewhere. */
  views: boolean;
}

/** As few addresses as show every kind of beat and every view that a lesson lists. */
export function oneOfEach(): Sample[] {
  const seen = new Set<string>();
  const samples: Sample[] = [];
  for (const { slug, views, beats } of lessons)
    for (const [number, beat] of beats.entries()) {
      const kinds = [beat.do.kind, ...(number === 0 ? views : [])];
      if (kinds.every((kind) => seen.has(kind))) continue;
      const fresh = number === 0 && views.some((view) => !seen.has(view));
      for (const kind of kinds) seen.add(kind);
      samples.push({
        address: `./#/lesson/${slug}?beat=${beat.id}`,
        views: fresh,
      });
    }
  return samples;
}
