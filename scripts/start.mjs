// `npm start`: sets up what is missing, builds what has changed, serves the lab.
//
// Until the npm packages are there this may import nothing but what Node brings.
import { address } from "./lib/address.mjs";
import { openBrowser } from "./lib/browser.mjs";
import { buildCore } from "./lib/core.mjs";
import { ensure, toStart } from "./lib/needs.mjs";
import { buildPage } from "./lib/page.mjs";
import { main } from "./lib/say.mjs";
import { serve } from "./lib/serve.mjs";

await main(async () => {
  const where = address(4173);
  await ensure(toStart);
  await buildCore();
  await buildPage();

  const urls = await serve(where);
  console.log("\nHeadwater is open at");
  for (const url of urls) console.log(`\n    ${url}`);
  console.log("\nCtrl-C ends it.");
  openBrowser(urls[0]);
});
