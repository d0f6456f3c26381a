// What may stand in a scenario, for the workbench's text: `virtual:headwater-schema`, read from the core's types.
import { join } from "node:path";
import { readSchema } from "./lib/schema.mjs";
import { top } from "./lib/run.mjs";

const id = "virtual:headwater-schema";

/** @returns {import("vite").Plugin} */
export function scenarioSchema() {
  return {
    name: "headwater:schema",
    resolveId: (wanted) => (wanted === id ? `\0${id}` : undefined),
    async load(wanted) {
      if (wanted !== `\0${id}`) return undefined;
      const schema = await readSchema();
      for (const type of Object.keys(schema.types))
        this.addWatchFile(join(top, "crate/src", `${type.split(":")[0]}.rs`));
      // As text: a browser reads it several times faster than the same as program.
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(schema))});\n`;
    },
  };
}
