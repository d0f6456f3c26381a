// `npm start`: sets up what is missing, builds what has changed, serves the lab.
//
// Until the npm packages are there this may import nothing but what Node brings.
import { address, cannotListen } from "./lib/address.mjs";
import { openBrowser } from "./lib/browser.mjs";
import { buildCore } from "./lib/core.mjs";
import { ensure, toStart } from "./lib/needs.mjs";
import { buildPage, viteConfig } from "./lib/page.mjs";
import { main } from "./lib/say.mjs";

await main(async () => {
  const { port, host } = address(4173);
  await ensure(toStart);
  await buildCore();
  await buildPage();

  const { preview } = await import("vite");
  const server = await preview({
    configFile: viteConfig,
    logLevel: "error",
    preview: { port, host, strictPort: true, allowedHosts: true },
  }).catch((error) => {
    throw cannotListen(error, { port, host });
  });
  const { local, network } = server.resolvedUrls;
  console.log("\nHeadwater is open at");
  for (const url of [...local, ...network]) console.log(`\n    ${url}`);
  console.log("\nCtrl-C ends it.");
  openBrowser(local[0]);
});
