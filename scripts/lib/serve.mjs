// Serving dist/ as a static host would, with Vite's own preview server.
import { cannotListen } from "./address.mjs";
import { viteConfig } from "./page.mjs";

/** Resolves to the addresses it can be reached at. */
export async function serve({ port, host }) {
  const { preview } = await import("vite");
  const server = await preview({
    configFile: viteConfig,
    logLevel: "error",
    preview: { port, host, strictPort: true, allowedHosts: true },
  }).catch((error) => {
    throw cannotListen(error, { port, host });
  });
  endWithParent();
  const { local, network } = server.resolvedUrls;
  return [...local, ...network].map((url) =>
    url.replace("//127.0.0.1:", "//localhost:"),
  );
}

/** A signal to npm ends the shell that npm started this with, and not this: so look whether the shell is still there. */
function endWithParent() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
  }, 500).unref();
}
