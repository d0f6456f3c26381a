// `npm run format`: puts everything into the form that `npm run test:fmt` asks for.
import { ensure } from "./lib/needs.mjs";
import { must } from "./lib/run.mjs";
import { main } from "./lib/say.mjs";
import { formatted } from "./lib/formatted.mjs";

await main(async () => {
  await ensure(["rust", "packages"]);
  await must("cargo", ["fmt"]);
  await must("prettier", ["--write", "--log-level", "warn", ...formatted]);
});
