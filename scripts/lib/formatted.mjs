/** What Prettier looks after; .prettierignore has the exceptions. Prose and lesson data stay as their authors lay them out. */
export const formatted = [
  "index.html",
  "*.json",
  "web/**/*.{ts,js,svelte,css,json}",
  "scripts/**/*.mjs",
  "tests/**/*.ts",
];
