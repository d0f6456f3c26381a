// `npm run build`: leaves the static site in dist/.
import { buildCore } from "./lib/core.mjs";
import { ensure, toStart } from "./lib/needs.mjs";
import { buildPage } from "./lib/page.mjs";
import { main } from "./lib/say.mjs";

await main(async () => {
  await ensure(toStart);
  await buildCore();
  await buildPage();
  console.log(
    "\nThe site is in dist/. It works from any folder of any static host.",
  );
});
