// Files for unit tests of the page, which itself knows nothing of files: the core as built, and what tests keep.
import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

// Vite, which runs the tests, takes `new URL(…, import.meta.url)` for a file of the page.
const path = (name) => join(import.meta.dirname, "../..", name);

/** @type {(name: string) => Promise<Uint8Array>} */
export const bytesOf = (name) => readFile(path(name));

/** @type {(name: string) => string} */
export const textOf = (name) => readFileSync(path(name), "utf8");

/** @type {(name: string) => boolean} */
export const isThere = (name) => existsSync(path(name));

/** Keeps what a test says is so, where somebody asks for that. */
export const keeps = (what) => process.env[what] === "write";

/** @type {(name: string, value: unknown) => Promise<void>} */
export const keep = (name, value) =>
  writeFile(path(name), `${JSON.stringify(value, null, 2)}\n`);
