// The page as something to install that works without a network: a web app manifest, and a service worker that keeps every file of dist/.
//
// A first visit fetches only what it needs; the worker is registered when the page stands (web/src/app/offline.svelte.ts) and then fetches the rest in
// the background, first what a lesson needs. A new version waits until somebody says "Reload": nothing changes under a lesson.
import { VitePWA } from "vite-plugin-pwa";

/** The page's own, of web/src/styles/tokens.css. */
const colours = { accent: "#0b5fc4", paper: "#ffffff" };

/** What a lesson needs comes first: if the network goes away in between, this is there. */
const order = [
  /^index\.html$/,
  /^assets\/headwater/,
  /^assets\/(?!lessons\/|studio).*\.(js|css)$/,
  /^assets\/lessons\//,
];

const rank = ({ url }) => {
  const found = order.findIndex((pattern) => pattern.test(url));
  return found < 0 ? order.length : found;
};

const icon = (file, sizes, type, purpose = "any") => ({
  src: `icons/${file}`,
  sizes,
  type,
  purpose,
});

export const offline = () =>
  VitePWA({
    registerType: "prompt",
    // The policy allows no inline script, and a first visit comes first.
    injectRegister: false,
    manifest: {
      name: "Headwater",
      short_name: "Headwater",
      description:
        "A lab for stream processing: step a stream, predict what happens, break it, fix it.",
      lang: "en",
      categories: ["education", "developer"],
      display: "standalone",
      start_url: "./",
      scope: "./",
      theme_color: colours.accent,
      background_color: colours.paper,
      icons: [
        icon("headwater.svg", "any", "image/svg+xml"),
        icon("192.png", "192x192", "image/png"),
        icon("512.png", "512x512", "image/png"),
        icon("maskable-512.png", "512x512", "image/png", "maskable"),
      ],
    },
    workbox: {
      globPatterns: ["**/*.{html,js,css,wasm,svg,png}"],
      // scripts/lib/size.mjs watches over sizes; a development build of the core is large.
      maximumFileSizeToCacheInBytes: 200_000_000,
      manifestTransforms: [
        async (entries) => ({
          manifest: entries.toSorted((a, b) => rank(a) - rank(b)),
        }),
      ],
      // From the first visit on: what is opened later in it is there without a network.
      clientsClaim: true,
      cleanupOutdatedCaches: true,
    },
  });
