// `npm run dev`: Vite's development server, with the core built again whenever its source changes (vite-core.mjs).
import { address, cannotListen } from "./lib/address.mjs";
import { buildCore } from "./lib/core.mjs";
import { ensure, toStart } from "./lib/needs.mjs";
import { viteConfig } from "./lib/page.mjs";
import { main } from "./lib/say.mjs";

await main(async () => {
  const { port, host } = address(5173);
  await ensure(toStart);
  await buildCore("dev");

  const { createServer } = await import("vite");
  const server = await createServer({
    configFile: viteConfig,
    server: { port, host, strictPort: true },
  });
  await server.listen().catch((error) => {
    throw cannotListen(error, { port, host });
  });
  server.printUrls();
});
