// A strict Content-Security-Policy for the built page. It travels as a meta element because a static host may not let headers be set.
//
// For those who write the page: no inline scripts, no `style="…"` in markup (Svelte's `style:name={…}` and `class` are fine), no fetching
// from other hosts. The development server goes without, as Vite's live updates need inline styles.
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** @returns {import("vite").Plugin} */
export function contentSecurityPolicy() {
  return {
    name: "headwater:content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
        injectTo: "head-prepend",
      },
    ],
  };
}
